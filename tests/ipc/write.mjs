// usage: node write.mjs FOLDER STREAM: writes an Arrow IPC stream of two batches with a column of each type it can make.
import { writeFileSync } from 'node:fs';
import { load } from './arrow.mjs';

const a = load(process.argv[2]);
const long = 'a string of more than twelve bytes: äöü';
const decimal = text => {
  const words = new Uint32Array(4);
  let n = BigInt.asUintN(128, BigInt(text));
  for (let i = 0; i < 4; i++) { words[i] = Number(n & 0xffffffffn); n >>= 32n; }
  return words;
};
const bytes = hex => new Uint8Array(Buffer.from(hex, 'hex'));
const uuid = 'a0eebc999c0b4ef8bb6d6bb9bd380a11';
const columns = part => ({
  bool: [new a.Bool(), [true, null, part === 1]],
  int8: [new a.Int8(), [-128, null, 127]],
  int16: [new a.Int16(), [-32768, null, 32767]],
  int32: [new a.Int32(), [-2147483648, null, 2147483647]],
  int64: [new a.Int64(), [-9223372036854775808n, null, 9223372036854775807n]],
  uint8: [new a.Uint8(), [0, null, 255]],
  uint16: [new a.Uint16(), [0, null, 65535]],
  uint32: [new a.Uint32(), [0, null, 4294967295]],
  float32: [new a.Float32(), [1.5, null, -0.25]],
  float64: [new a.Float64(), [0.1, null, 1e300]],
  utf8: [new a.Utf8(), ['short', null, long]],
  largeutf8: [new a.LargeUtf8(), ['short', null, long]],
  utf8view: [new a.Utf8View(), ['short', null, long]],
  binary: [new a.Binary(), [bytes('00ff'), null, bytes('')]],
  fixed: [new a.FixedSizeBinary(16), [bytes(uuid), null, bytes(uuid)]],
  dec: [new a.Decimal(2, 10), [decimal('-12345'), null, decimal('9999999999')]],
  wide: [new a.Decimal(5, 38), [decimal('-12345678901234567890123456789012345678'), null, decimal('1')]],
  date: [new a.DateDay(), [new Date('2024-02-29T00:00:00Z'), null, new Date('1969-12-31T00:00:00Z')]],
  datems: [new a.DateMillisecond(), [new Date('2024-02-29T00:00:00Z'), null, new Date('1969-12-31T00:00:00Z')]],
  tsms: [new a.Timestamp(a.TimeUnit.MILLISECOND), [1709212455123, null, -1]],
  tstz: [new a.Timestamp(a.TimeUnit.MILLISECOND, 'UTC'), [1709212455123, null, -1]],
  time: [new a.TimeMicrosecond(), [47655123456n, null, 0n]],
  dict: [new a.Dictionary(new a.Utf8(), new a.Int32(), 7), ['one', null, part === 1 ? 'two' : long]],
});

const batches = [1, 2].map(part => {
  const vectors = {};
  for (const [name, [type, values]] of Object.entries(columns(part))) {
    const builder = a.makeBuilder({ type, nullValues: [null, undefined] });
    for (const value of values) builder.append(value);
    vectors[name] = builder.finish().toVector();
  }
  return new a.Table(vectors).batches[0];
});
const writer = new a.RecordBatchStreamWriter();
for (const batch of batches) writer.write(batch);
writer.finish();
writeFileSync(process.argv[3], await writer.toUint8Array());
