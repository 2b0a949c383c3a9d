// DuckDB for the checkers: installed once by npm into a cache directory outside the repository, never a dependency of it.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { createRequire } from "node:module";

const VERSION = "1.5.6-r.1";

const HERE = join("node_modules", "@duckdb", "node-api");

/** Where the package stands: as tests/services/install.sh leaves it, or installed now; null when it cannot be had. */
function home() {
  const repository = join(dirname(fileURLToPath(import.meta.url)), "..", "..", ".cache", "node");
  const cache = join(process.env.VECTORIZED_CACHE ?? join(tmpdir(), "vectorized-cache"), `duckdb-${VERSION}`);
  const found = [repository, cache].find((directory) => existsSync(join(directory, HERE)));
  if (found) {
    return found;
  }

  mkdirSync(cache, { recursive: true });
  writeFileSync(join(cache, "package.json"), '{ "private": true }\n');
  const npm = spawnSync("npm", ["install", "--no-audit", "--no-fund", "--silent", `@duckdb/node-api@${VERSION}`], {
    cwd: cache,
    stdio: ["ignore", "ignore", "inherit"],
  });
  return npm.status === 0 ? cache : null;
}

/** Opens an in-memory database, or returns null after saying why there is none. */
export async function openDuckDb() {
  const directory = home();
  if (directory === null) {
    console.log(`SKIPPED: npm could not install @duckdb/node-api ${VERSION}`);
    return null;
  }

  const { DuckDBInstance } = createRequire(join(directory, "package.json"))("@duckdb/node-api");
  const instance = await DuckDBInstance.create(":memory:");
  return await instance.connect();
}

/** All rows of a query as arrays. */
export async function rows(connection, sql) {
  const reader = await connection.runAndReadAll(sql);
  return reader.getRows();
}
