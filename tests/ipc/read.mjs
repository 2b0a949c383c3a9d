// usage: node read.mjs FOLDER STREAM: prints what an Arrow IPC stream holds, a line of JSON a field and a column a batch.
import { readFileSync } from 'node:fs';
import { load } from './arrow.mjs';

const arrow = load(process.argv[2]);
const { Type } = arrow;
const hex = bytes => Buffer.from(bytes).toString('hex');

function words(values) {
  // little-endian 32-bit words of a decimal
  let number = 0n;
  for (let i = values.length - 1; i >= 0; i--) number = (number << 32n) | BigInt(values[i] >>> 0);
  return String(BigInt.asIntN(128, number));
}

function show(type, vector, row) {
  if (!vector.isValid(row)) return null;
  switch (type.typeId) {
    case Type.Dictionary: return show(type.dictionary, vector.data[0].dictionary, vector.data[0].values[row]);
    // The raw integers: apache-arrow shows dates and timestamps as milliseconds, which loses digits.
    case Type.Date: case Type.Timestamp: case Type.Time: return String(vector.data[0].values[row]);
  }

  const value = vector.get(row);
  switch (type.typeId) {
    case Type.Decimal: return words(value);
    case Type.Binary: case Type.BinaryView: case Type.FixedSizeBinary: return hex(value);
    case Type.Interval: {
      const [months, days, low, high] = value;
      return `${months} ${days} ${(BigInt(high) << 32n) | BigInt(low >>> 0)}`;
    }
    default: return typeof value === 'number' && !Number.isFinite(value) ? String(value)
      : Object.is(value, -0) ? '-0' : typeof value === 'number' || typeof value === 'bigint' ? String(value) : value;
  }
}

const reader = arrow.RecordBatchReader.from(readFileSync(process.argv[3]));
reader.open();
for (const field of reader.schema.fields) {
  console.log(JSON.stringify({ name: field.name, type: String(field.type), sql: field.metadata.get('vectorized.type') }));
}

for (const batch of reader) {
  for (let column = 0; column < batch.schema.fields.length; column++) {
    const vector = batch.getChildAt(column);
    const values = [];
    for (let row = 0; row < batch.numRows; row++) values.push(show(batch.schema.fields[column].type, vector, row));
    console.log(JSON.stringify(values));
  }
}
