// The Nexmark rows of a directory (person.csv, auction.csv, bid.csv) in DuckDB, and the queries in its dialect.
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { openDuckDb } from "./duckdb.mjs";

const BASE = {
  person: { id: "BIGINT", name: "VARCHAR", email_address: "VARCHAR", credit_card: "VARCHAR", city: "VARCHAR", state: "VARCHAR",
    date_time: "TIMESTAMP", extra: "VARCHAR" },
  auction: { id: "BIGINT", item_name: "VARCHAR", description: "VARCHAR", initial_bid: "BIGINT", reserve: "BIGINT",
    date_time: "TIMESTAMP", expires: "TIMESTAMP", seller: "BIGINT", category: "BIGINT", extra: "VARCHAR" },
  bid: { auction: "BIGINT", bidder: "BIGINT", price: "BIGINT", channel: "VARCHAR", url: "VARCHAR", date_time: "TIMESTAMP",
    extra: "VARCHAR" },
};

const QUERIES = join(dirname(fileURLToPath(import.meta.url)), "..", "queries");
const quote = (text) => `'${text.replaceAll("'", "''")}'`;

/** What reads NAME.csv of a directory, given its columns and their types. */
export const csv = (directory, name, columns) =>
  `read_csv(${quote(join(directory, name + ".csv"))}, header = true, columns = {${Object.entries(columns)
    .map(([column, type]) => `${quote(column)}: ${quote(type)}`)
    .join(", ")}})`;

/** A connection to a database that holds the rows; null after saying why there is none. */
export async function loadNexmark(directory) {
  const connection = await openDuckDb();
  if (connection === null) {
    return null;
  }

  for (const [table, columns] of Object.entries(BASE)) {
    await connection.run(`CREATE TABLE ${table} AS FROM ${csv(directory, table, columns)}`);
  }

  if (existsSync(join(directory, "tick.csv"))) {
    // The ticks' own records: which bids each took, at what time.
    await connection.run(`CREATE TABLE tick AS FROM ${csv(directory, "tick", { first_bid: "BIGINT", now: "BIGINT" })}`);
  }

  await connection.run("CREATE TABLE side_input AS SELECT range AS key, range::VARCHAR AS value FROM range(10000)");
  return connection;
}

/** A query as DuckDB takes it: one that stands in the directory, or of the suite. */
export const queryText = (query, directory = QUERIES) => {
  const own = join(directory, `${query}.duckdb.sql`);
  return readFileSync(existsSync(own) ? own : join(QUERIES, `${query}.duckdb.sql`), "utf8");
};

/** All queries there are, in order. */
export const queryNames = () =>
  readdirSync(QUERIES)
    .filter((file) => file.endsWith(".duckdb.sql"))
    .map((file) => file.split(".")[0])
    .sort((a, b) => Number(a.slice(1)) - Number(b.slice(1)));
