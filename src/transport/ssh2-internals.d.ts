/** The parts of ssh2 that its own types leave out. */

/** It knows whether its native half was built. */
declare module 'ssh2/lib/protocol/crypto.js' {
  const crypto: {readonly bindingAvailable: boolean};
  export = crypto;
}

declare module 'ssh2/lib/protocol/Protocol.js' {
  import type {ParsedKey} from 'ssh2';

  /** What a client says and hears. Without `sign` a key is offered only. */
  class Protocol {
    authPK(
      user: string,
      key: ParsedKey,
      algorithm?: string,
      sign?: (data: Buffer, send: (signature: Buffer) => void) => void,
    ): void;
    readonly _kex: {readonly sessionID: Buffer};
    readonly _authsQueue: string[];
    readonly _packetRW: {
      readonly write: {
        readonly allocStart: number;
        alloc(bytes: number): Buffer;
        finalize(packet: Buffer): Buffer;
      };
    };
  }
  export = Protocol;
}

declare module 'ssh2/lib/protocol/utils.js' {
  import type Protocol from 'ssh2/lib/protocol/Protocol.js';

  const utils: {
    /** From what node signs to what SSH sends, where these differ; false: it is none. */
    convertSignature(signature: Buffer, type: string): Buffer | false | undefined;
    sendPacket(protocol: Protocol, packet: Buffer): boolean;
  };
  export = utils;
}
