import { runInTerminal } from './stack/run-in-terminal.ts';

await runInTerminal({ watch: false });
