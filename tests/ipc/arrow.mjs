// Loads apache-arrow from the folder that test.sh installs packages into, which is not on node's own way up from here.
import { createRequire } from 'node:module';
import { resolve } from 'node:path';

export const load = folder => createRequire(resolve(folder, 'package.json'))('apache-arrow');
