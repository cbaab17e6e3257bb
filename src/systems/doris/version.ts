/**
 * Reads doris_cloud_version: major 0 minor 0 patch and, if any, 0 hotfix, written without a break (domain: main.cpp).
 * 3.0.6 is 30006, 3.1.10 is 301010, 3.0.6.1 is 3000601.
 */
export const parseCloudVersion = (body: string): string | null => {
  const digits = /doris_cloud_version\s*:\s*(\d+)/.exec(body)?.[1];
  if (digits === undefined) return null;
  const match = /^(\d)0(\d+?)0(0|[1-9]\d*?)(?:0([1-9]\d*))?$/.exec(digits);
  if (match === null) return null;
  return match
    .slice(1)
    .filter(part => part !== undefined)
    .join('.');
};
