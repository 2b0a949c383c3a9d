// node bench/check/nexmark.mjs DIR [q0 q4 q4@after ...]
// Compares the results in DIR (qN.csv, or qN@FORM.csv for another way to come to it) with DuckDB's answers over the rows in DIR (person.csv, auction.csv, bid.csv): the
// same multiset of rows, numbers exact (averages to the millionth). Exit status 1 on any difference.
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { openDuckDb, rows } from "./duckdb.mjs";

const [directory, ...chosen] = process.argv.slice(2);
if (!directory) {
  console.error("usage: node bench/check/nexmark.mjs DIR [q0 q4 ...]");
  process.exit(2);
}

const BASE = {
  person: { id: "BIGINT", name: "VARCHAR", email_address: "VARCHAR", credit_card: "VARCHAR", city: "VARCHAR", state: "VARCHAR",
    date_time: "TIMESTAMP", extra: "VARCHAR" },
  auction: { id: "BIGINT", item_name: "VARCHAR", description: "VARCHAR", initial_bid: "BIGINT", reserve: "BIGINT",
    date_time: "TIMESTAMP", expires: "TIMESTAMP", seller: "BIGINT", category: "BIGINT", extra: "VARCHAR" },
  bid: { auction: "BIGINT", bidder: "BIGINT", price: "BIGINT", channel: "VARCHAR", url: "VARCHAR", date_time: "TIMESTAMP",
    extra: "VARCHAR" },
};
// Result columns that DuckDB computes as whole millionths.
const AVERAGES = { q4: ["avg"], q6: ["avg"], q17: ["avg_price"] };

const connection = await openDuckDb();
if (connection === null) {
  process.exit(0);
}

const quote = (text) => `'${text.replaceAll("'", "''")}'`;
const csv = (name, columns) =>
  `read_csv(${quote(join(directory, name + ".csv"))}, header = true, columns = {${Object.entries(columns)
    .map(([column, type]) => `${quote(column)}: ${quote(type)}`)
    .join(", ")}})`;

for (const [table, columns] of Object.entries(BASE)) {
  await connection.run(`CREATE TABLE ${table} AS FROM ${csv(table, columns)}`);
}

if (existsSync(join(directory, "tick.csv"))) {
  // The ticks' own records: which bids each took, at what time.
  await connection.run(`CREATE TABLE tick AS FROM ${csv("tick", { first_bid: "BIGINT", now: "BIGINT" })}`);
}

await connection.run("CREATE TABLE side_input AS SELECT range AS key, range::VARCHAR AS value FROM range(10000)");

const queries = join(dirname(fileURLToPath(import.meta.url)), "..", "queries");
const known = readdirSync(queries)
  .filter((file) => file.endsWith(".duckdb.sql"))
  .map((file) => file.split(".")[0])
  .sort((a, b) => Number(a.slice(1)) - Number(b.slice(1)));
const names = chosen.length > 0 ? chosen : known.filter((query) => existsSync(join(directory, query + ".csv")));

let failures = 0;
for (const name of names) {
  const query = name.split("@")[0];
  const text = readFileSync(join(queries, `${query}.duckdb.sql`), "utf8");
  await connection.run(`CREATE OR REPLACE TEMP TABLE expected AS ${text}`);
  const described = await rows(connection, "DESCRIBE expected");
  const columns = described.map(([column]) => column);
  const read = columns.map((column, i) => {
    const type = described[i][1];
    return AVERAGES[query]?.includes(column)
      ? `CAST(round(CAST(${column} AS DECIMAL(38, 18)), 6) * 1000000 AS ${type}) AS ${column}`
      : `CAST(${column} AS ${type}) AS ${column}`;
  });
  const texts = Object.fromEntries(columns.map((column) => [column, "VARCHAR"]));
  await connection.run(`CREATE OR REPLACE TEMP TABLE actual AS SELECT ${read.join(", ")} FROM ${csv(name, texts)}`);
  const [[expected, actual, missing, extra]] = await rows(connection, `
    SELECT (SELECT count(*) FROM expected), (SELECT count(*) FROM actual),
      (SELECT count(*) FROM (FROM expected EXCEPT ALL FROM actual)),
      (SELECT count(*) FROM (FROM actual EXCEPT ALL FROM expected))`);
  const equal = missing === 0n && extra === 0n;
  console.log(`${name.padEnd(4)}  ${equal ? "equal" : "DIFFERENT"}  rows ${actual}` +
    (equal ? "" : `  expected ${expected}, missing ${missing}, not expected ${extra}`));
  if (!equal) {
    failures++;
    console.log("  missing:", JSON.stringify(await rows(connection, "SELECT COLUMNS(*)::VARCHAR FROM (FROM expected EXCEPT ALL FROM actual) LIMIT 3")));
    console.log("  not expected:", JSON.stringify(await rows(connection, "SELECT COLUMNS(*)::VARCHAR FROM (FROM actual EXCEPT ALL FROM expected) LIMIT 3")));
  }
}

console.log(`${names.length - failures} equal, ${failures} different`);
process.exit(failures === 0 ? 0 : 1);
