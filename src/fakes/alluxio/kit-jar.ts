import {crc32, deflateRawSync} from 'node:zlib';

type Entry = {readonly name: string; readonly text: string};

const numbers = (...fields: readonly (readonly [value: number, bytes: 2 | 4])[]): Buffer =>
  Buffer.concat(
    fields.map(([value, bytes]) => {
      const field = Buffer.alloc(bytes);
      if (bytes === 2) field.writeUInt16LE(value);
      else field.writeUInt32LE(value >>> 0);
      return field;
    }),
  );

/** A zip file of texts, packed as a build packs a jar, or stored as they are. */
export const zip = (entries: readonly Entry[], packs: boolean): Buffer => {
  const bodies: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const {name, text} of entries) {
    const plain = Buffer.from(text);
    const data = packs ? deflateRawSync(plain) : plain;
    const common = numbers(
      [20, 2],
      [0, 2],
      [packs ? 8 : 0, 2],
      [0, 2],
      [0x5a_21, 2],
      [crc32(plain), 4],
      [data.length, 4],
      [plain.length, 4],
      [name.length, 2],
      [4, 2],
    );
    const extra = numbers([0xca_fe, 2], [0, 2]);
    const body = Buffer.concat([numbers([0x04_03_4b_50, 4]), common, Buffer.from(name), extra, data]);
    directory.push(
      numbers([0x02_01_4b_50, 4], [20, 2]),
      common,
      numbers([0, 2], [0, 2], [0, 2], [0, 4], [offset, 4]),
      Buffer.from(name),
      extra,
    );
    bodies.push(body);
    offset += body.length;
  }
  const listing = Buffer.concat(directory);
  const count = entries.length;
  const end = numbers(
    [0x06_05_4b_50, 4],
    [0, 2],
    [0, 2],
    [count, 2],
    [count, 2],
    [listing.length, 4],
    [offset, 4],
    [0, 2],
  );
  return Buffer.concat([...bodies, listing, end]);
};

const module = (artifact: string, version: string): Entry => ({
  name: `META-INF/maven/org.alluxio/${artifact}/pom.properties`,
  text: `artifactId=${artifact}\ngroupId=org.alluxio\nversion=${version}\n`,
});

/** A client jar of that version, as far as anybody looks into it: others' modules stand before its own. */
export const clientJar = (version: string, packs = true): Buffer =>
  zip(
    [
      {name: 'META-INF/MANIFEST.MF', text: 'Manifest-Version: 1.0\r\nBuild-Jdk-Spec: 1.8\r\n\r\n'},
      {name: 'META-INF/maven/com.google.guava/guava/pom.properties', text: 'version=28.2-android\n'},
      {name: 'alluxio/hadoop/FileSystem.class', text: 'x'.repeat(5_000)},
      module('alluxio-core-client-hdfs', version),
      module('alluxio-core-client-fs', version),
    ],
    packs,
  );
