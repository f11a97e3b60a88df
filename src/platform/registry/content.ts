import { Refusal } from './refusal.ts';

interface Format {
  readonly files: RegExp;
  readonly name: string;
  begins(start: Buffer): boolean;
}

const isZip = (start: Buffer) =>
  start.subarray(0, 2).toString('latin1') === 'PK' && [0x0403, 0x0605].includes(start.readUInt16LE(2));

const formats: readonly Format[] = [
  { files: /\.(jar|war|whl|zip|egg)$/i, name: 'zip file', begins: isZip },
  {
    files: /\.(tar\.gz|tgz)$/i,
    name: 'file that gzip wrote',
    begins: (start) => start.readUInt16BE(0) === 0x1f8b,
  },
  {
    files: /\.(pom|xml)$/i,
    name: 'XML file',
    begins: (start) => /^(\uFEFF)?\s*</.test(start.toString('utf8')),
  },
];

/** How many bytes from the start tell what a file is. */
export const startBytes = 64;

/** Refuses what is not what its name says: an error page that was saved, or a file that was cut off. */
export function checkContent(file: string, start: Buffer): void {
  const format = formats.find(({ files }) => files.test(file));
  if (format === undefined) return;
  if (start.length >= 4 && format.begins(start)) return;
  const seen =
    start.length === 0
      ? 'it is empty'
      : `it begins with ${JSON.stringify(start.subarray(0, 16).toString('latin1'))}`;
  throw new Refusal(
    400,
    `${file} is no ${format.name}`,
    `${file} is no ${format.name}: ${seen}. Build it again, and look at what was built.`,
  );
}
