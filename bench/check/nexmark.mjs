// node bench/check/nexmark.mjs DIR [q0 q4 q4@after ...]
// Compares the results in DIR (qN.csv, or qN@FORM.csv for another way to come to it; NAME.csv of DIR/NAME.duckdb.sql) with DuckDB's
// answers over the rows in DIR (person.csv, auction.csv, bid.csv): the same multiset of rows, numbers exact (averages to the millionth).
// Exit status 1 on any difference.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { rows } from "./duckdb.mjs";
import { csv, loadNexmark, queryNames, queryText } from "./nexmark-tables.mjs";

const [directory, ...chosen] = process.argv.slice(2);
if (!directory) {
  console.error("usage: node bench/check/nexmark.mjs DIR [q0 q4 ...]");
  process.exit(2);
}

// Result columns that DuckDB computes as whole millionths.
const AVERAGES = { q4: ["avg"], q6: ["avg"], q17: ["avg_price"] };

const connection = await loadNexmark(directory);
if (connection === null) {
  process.exit(0);
}

const names = chosen.length > 0 ? chosen : queryNames().filter((query) => existsSync(join(directory, query + ".csv")));

let failures = 0;
for (const name of names) {
  const query = name.split("@")[0];
  await connection.run(`CREATE OR REPLACE TEMP TABLE expected AS ${queryText(query, directory)}`);
  const described = await rows(connection, "DESCRIBE expected");
  const columns = described.map(([column]) => column);
  const read = columns.map((column, i) => {
    const type = described[i][1];
    return AVERAGES[query]?.includes(column)
      ? `CAST(round(CAST(${column} AS DECIMAL(38, 18)), 6) * 1000000 AS ${type}) AS ${column}`
      : `CAST(${column} AS ${type}) AS ${column}`;
  });
  const texts = Object.fromEntries(columns.map((column) => [column, "VARCHAR"]));
  await connection.run(`CREATE OR REPLACE TEMP TABLE actual AS SELECT ${read.join(", ")} FROM ${csv(directory, name, texts)}`);
  const [[expected, actual, missing, extra]] = await rows(connection, `
    SELECT (SELECT count(*) FROM expected), (SELECT count(*) FROM actual),
      (SELECT count(*) FROM (FROM expected EXCEPT ALL FROM actual)),
      (SELECT count(*) FROM (FROM actual EXCEPT ALL FROM expected))`);
  const equal = missing === 0n && extra === 0n;
  console.log(`${name.padEnd(4)}  ${equal ? "equal" : "DIFFERENT"}  rows ${actual}` +
    (equal ? "" : `  expected ${expected}, missing ${missing}, not expected ${extra}`));
  if (!equal) {
    failures++;
    const some = async (query) => JSON.stringify(await rows(connection, `SELECT COLUMNS(*)::VARCHAR FROM (${query}) LIMIT 3`));
    console.log("  missing:", await some("FROM expected EXCEPT ALL FROM actual"));
    console.log("  not expected:", await some("FROM actual EXCEPT ALL FROM expected"));
  }
}

console.log(`${names.length - failures} equal, ${failures} different`);
process.exit(failures === 0 ? 0 : 1);
