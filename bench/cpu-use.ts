import { readdirSync, readFileSync } from 'node:fs';
import { cpus } from 'node:os';

/** Processor time used so far, in ms: by the whole machine, and by each named process with all its descendants. */
export type CpuUse = { readonly machineBusy: number; readonly byName: Readonly<Record<string, number>> };

/** Reads /proc; on systems without it every process counts 0. */
export function cpuUse(rootPids: Readonly<Record<string, number | undefined>>): CpuUse {
  const processes = readProcesses();
  const total = (pid: number): number => {
    const own = processes.get(pid);
    return own ? own.ms + own.children.reduce((sum, child) => sum + total(child), 0) : 0;
  };
  return {
    machineBusy: cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0),
    byName: Object.fromEntries(
      Object.entries(rootPids).map(([name, pid]) => [name, pid === undefined ? 0 : total(pid)]),
    ),
  };
}

/** What was used between two readings, in ms; `foreign` is what the machine did beside the named processes. */
export function cpuBetween(from: CpuUse, to: CpuUse): { byName: Record<string, number>; foreign: number } {
  const byName = Object.fromEntries(
    Object.entries(to.byName).map(([name, ms]) => [name, ms - (from.byName[name] ?? 0)]),
  );
  const ours = Object.values(byName).reduce((sum, ms) => sum + ms, 0);
  return { byName, foreign: Math.max(0, to.machineBusy - from.machineBusy - ours) };
}

const TICK_MS = 10;

function readProcesses(): Map<number, { ms: number; children: number[] }> {
  const parents = new Map<number, number>();
  const processes = new Map<number, { ms: number; children: number[] }>();
  for (const pid of pidsOfProc()) {
    let stat: string;
    try {
      stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    } catch {
      // It ended while we were reading.
      continue;
    }
    // The name in parentheses may hold blanks; the fields of proc(5) go on after it: state, ppid, … utime, stime, cutime, cstime.
    const fields = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    const [utime = 0, stime = 0, cutime = 0, cstime = 0] = fields.slice(11, 15);
    processes.set(pid, { ms: (utime + stime + cutime + cstime) * TICK_MS, children: [] });
    parents.set(pid, fields[1] ?? 0);
  }
  for (const [pid, parent] of parents) processes.get(parent)?.children.push(pid);
  return processes;
}

function pidsOfProc(): number[] {
  try {
    return readdirSync('/proc').map(Number).filter(Number.isInteger);
  } catch {
    return [];
  }
}
