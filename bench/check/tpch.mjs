// node bench/check/tpch.mjs DIR THREADS q1 q2 ...
// Loads DIR/<table>.tbl into DuckDB, runs the queries DIR/qN.sql and writes DIR/results.json: by query the processor seconds of one
// warm run, the answer, and the answer once DIR/new-*.tbl were inserted and the orders of DIR/old-orders.tbl deleted.
// Without DuckDB it writes nothing and says so.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openDuckDb } from "./duckdb.mjs";

const [directory, threads, ...queries] = process.argv.slice(2);
const RUNS = 3;
const TABLES = {
  region: ["r", "regionkey INTEGER", "name VARCHAR", "comment VARCHAR"],
  nation: ["n", "nationkey INTEGER", "name VARCHAR", "regionkey INTEGER", "comment VARCHAR"],
  supplier: ["s", "suppkey INTEGER", "name VARCHAR", "address VARCHAR", "nationkey INTEGER", "phone VARCHAR", "acctbal DECIMAL(15,2)",
    "comment VARCHAR"],
  part: ["p", "partkey INTEGER", "name VARCHAR", "mfgr VARCHAR", "brand VARCHAR", "type VARCHAR", "size INTEGER", "container VARCHAR",
    "retailprice DECIMAL(15,2)", "comment VARCHAR"],
  partsupp: ["ps", "partkey INTEGER", "suppkey INTEGER", "availqty INTEGER", "supplycost DECIMAL(15,2)", "comment VARCHAR"],
  customer: ["c", "custkey INTEGER", "name VARCHAR", "address VARCHAR", "nationkey INTEGER", "phone VARCHAR", "acctbal DECIMAL(15,2)",
    "mktsegment VARCHAR", "comment VARCHAR"],
  orders: ["o", "orderkey BIGINT", "custkey INTEGER", "orderstatus VARCHAR", "totalprice DECIMAL(15,2)", "orderdate DATE",
    "orderpriority VARCHAR", "clerk VARCHAR", "shippriority INTEGER", "comment VARCHAR"],
  lineitem: ["l", "orderkey BIGINT", "partkey INTEGER", "suppkey INTEGER", "linenumber INTEGER", "quantity DECIMAL(15,2)",
    "extendedprice DECIMAL(15,2)", "discount DECIMAL(15,2)", "tax DECIMAL(15,2)", "returnflag VARCHAR", "linestatus VARCHAR",
    "shipdate DATE", "commitdate DATE", "receiptdate DATE", "shipinstruct VARCHAR", "shipmode VARCHAR", "comment VARCHAR"],
};

const connection = await openDuckDb();
if (connection === null) {
  process.exit(0);
}

const columnsOf = (table) => TABLES[table].slice(1).map((column) => `${TABLES[table][0]}_${column}`);
const fileOf = (table, prefix = "") => join(directory, `${prefix}${table}.tbl`).replaceAll("'", "''");
const copy = (table, prefix) =>
  connection.run(`COPY ${table} FROM '${fileOf(table, prefix)}' (DELIMITER '|', HEADER false, QUOTE '', ESCAPE '')`);

for (const table of Object.keys(TABLES)) {
  // Lines end with a separator: one more column, dropped again.
  await connection.run(`CREATE TABLE ${table} (${columnsOf(table).join(", ")}, rest VARCHAR)`);
  await copy(table);
  await connection.run(`ALTER TABLE ${table} DROP COLUMN rest`);
}

await connection.run(`SET threads = ${threads}`);
const text = Object.fromEntries(queries.map((query) => [query, readFileSync(join(directory, `${query}.sql`), "utf8")]));
const answer = async (query) => {
  const reader = await connection.runAndReadAll(text[query]);
  return reader.getRows().map((row) => row.map((cell) => (cell === null ? null : String(cell))));
};

const results = {};
for (const query of queries) {
  const loaded = await answer(query);
  const times = [];
  for (let run = 0; run < RUNS; run++) {
    const before = process.cpuUsage();
    await connection.run(text[query]);
    const spent = process.cpuUsage(before);
    times.push((spent.user + spent.system) / 1e6);
  }

  times.sort((a, b) => a - b);
  results[query] = { seconds: times[(RUNS - 1) / 2], loaded };
}

for (const table of ["orders", "lineitem"]) {
  await connection.run(`ALTER TABLE ${table} ADD COLUMN rest VARCHAR`);
  await copy(table, "new-");
  const key = `${TABLES[table][0]}_orderkey`;
  await connection.run(
    `DELETE FROM ${table} WHERE ${key} IN (SELECT column00 FROM read_csv('${fileOf(table, "old-")}', delim = '|', header = false, ` +
      `quote = '', auto_detect = false, columns = {${
        [...columnsOf(table), "rest"].map((_, i) => `'column${String(i).padStart(2, "0")}': '${i === 0 ? "BIGINT" : "VARCHAR"}'`).join(", ")}}))`,
  );
  await connection.run(`ALTER TABLE ${table} DROP COLUMN rest`);
}

for (const query of queries) {
  results[query].refreshed = await answer(query);
}

writeFileSync(join(directory, "results.json"), JSON.stringify(results));
