// node bench/check/nexmark-times.mjs DIR
// Loads the rows of DIR (person.csv, auction.csv, bid.csv) into DuckDB, says "ready", and then, for each query's name on a line of its
// input, makes a table of the answer on one thread and says the processor seconds that took and the rows it has. Without DuckDB it ends.
import { createInterface } from "node:readline";
import { rows } from "./duckdb.mjs";
import { loadNexmark, queryText } from "./nexmark-tables.mjs";

const connection = await loadNexmark(process.argv[2]);
if (connection === null) {
  process.exit(0);
}

await connection.run("SET threads = 1");
console.log("ready");
for await (const query of createInterface({ input: process.stdin })) {
  const text = `CREATE TEMP TABLE answer AS ${queryText(query)}`;
  const before = process.cpuUsage();
  await connection.run(text);
  const spent = process.cpuUsage(before);
  const [[count]] = await rows(connection, "SELECT count(*) FROM answer");
  await connection.run("DROP TABLE answer");
  console.log(`${(spent.user + spent.system) / 1e6} ${count}`);
}

process.exit(0);
