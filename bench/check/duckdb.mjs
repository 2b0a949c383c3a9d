// DuckDB for the checkers: installed once by npm into a cache directory outside the repository, never a dependency of it.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRequire } from "node:module";

const VERSION = "1.5.6-r.1";

/** Opens an in-memory database, or returns null after saying why there is none. */
export async function openDuckDb() {
  const cache = process.env.VECTORIZED_CACHE ?? join(tmpdir(), "vectorized-cache");
  const home = join(cache, `duckdb-${VERSION}`);
  if (!existsSync(join(home, "node_modules", "@duckdb", "node-api"))) {
    mkdirSync(home, { recursive: true });
    writeFileSync(join(home, "package.json"), '{ "private": true }\n');
    const npm = spawnSync("npm", ["install", "--no-audit", "--no-fund", "--silent", `@duckdb/node-api@${VERSION}`], {
      cwd: home,
      stdio: ["ignore", "ignore", "inherit"],
    });
    if (npm.status !== 0) {
      console.log(`SKIPPED: npm could not install @duckdb/node-api ${VERSION}`);
      return null;
    }
  }

  const { DuckDBInstance } = createRequire(join(home, "package.json"))("@duckdb/node-api");
  const instance = await DuckDBInstance.create(":memory:");
  return await instance.connect();
}

/** All rows of a query as arrays. */
export async function rows(connection, sql) {
  const reader = await connection.runAndReadAll(sql);
  return reader.getRows();
}
