/**
 * A jar without classes, for jobs whose class is on the cluster's classpath: `POST /jars/upload` wants one, and the
 * operator sends one too (recorded). One stored entry, `META-INF/MANIFEST.MF`, by the ZIP specification (APPNOTE 4.3).
 */
export function emptyJar(): Uint8Array<ArrayBuffer> {
  const name = Buffer.from('META-INF/MANIFEST.MF');
  const content = Buffer.from('Manifest-Version: 1.0\r\n\r\n');
  const checksum = crc32(content);
  const local = Buffer.alloc(30);
  local.writeUInt32LE(0x04034b50, 0);
  local.writeUInt16LE(20, 4);
  writeSizes(local, 14, checksum, content.length, name.length);
  const central = Buffer.alloc(46);
  central.writeUInt32LE(0x02014b50, 0);
  central.writeUInt16LE(20, 4);
  central.writeUInt16LE(20, 6);
  writeSizes(central, 16, checksum, content.length, name.length);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(central.length + name.length, 12);
  end.writeUInt32LE(local.length + name.length + content.length, 16);
  return Uint8Array.from(Buffer.concat([local, name, content, central, name, end]));
}

function writeSizes(
  header: Buffer,
  offset: number,
  checksum: number,
  size: number,
  nameLength: number,
): void {
  header.writeUInt32LE(checksum, offset);
  header.writeUInt32LE(size, offset + 4);
  header.writeUInt32LE(size, offset + 8);
  header.writeUInt16LE(nameLength, offset + 12);
}

function crc32(data: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of data) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}
