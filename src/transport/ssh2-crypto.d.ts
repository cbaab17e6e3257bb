/** The part of ssh2 that knows whether its native half was built; its own types leave it out. */
declare module 'ssh2/lib/protocol/crypto.js' {
  const crypto: {readonly bindingAvailable: boolean};
  export = crypto;
}
