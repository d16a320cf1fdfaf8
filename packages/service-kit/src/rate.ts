export type RateThresholds = {
  readonly unit: 'share' | 'seconds';
  readonly better: 'more' | 'less';
  readonly normal: number;
  readonly alert: number;
};

export type RateState = 'ok' | 'warn' | 'alert' | 'no_data';

/** Of fewer, a single bad one would ring the alarm. */
const SAMPLES_MIN = 20;
/** So many bad ones ring it however few samples there are. */
const BAD_MIN = 5;

/**
 * A measure beside its thresholds: on a threshold still counts as the better side of it. Few samples are no alert,
 * unless it is a share and several of them are bad.
 */
export function judgeRate<N extends string>(
  name: N,
  thresholds: RateThresholds,
  measured: { value: number; sampleSize: number; windowSeconds: number },
) {
  const { sampleSize, windowSeconds } = measured;
  const value = sampleSize > 0 && Number.isFinite(measured.value) ? measured.value : null;
  const fewSamples = value !== null && sampleSize < SAMPLES_MIN;
  const state = stateOf(value, thresholds);
  return {
    name,
    ...thresholds,
    value,
    sampleSize,
    windowSeconds,
    fewSamples,
    state: fewSamples && state === 'alert' && badOf(value, sampleSize, thresholds) < BAD_MIN ? 'warn' : state,
  };
}

/** How many samples went wrong; of seconds nobody can tell. */
const badOf = (value: number, sampleSize: number, { unit, better }: RateThresholds): number =>
  unit === 'share' ? Math.round((better === 'more' ? 1 - value : value) * sampleSize) : 0;

function stateOf(value: number | null, { better, normal, alert }: RateThresholds): RateState {
  if (value === null) return 'no_data';
  const reaches = (threshold: number) => (better === 'more' ? value >= threshold : value <= threshold);
  if (reaches(normal)) return 'ok';
  return reaches(alert) ? 'warn' : 'alert';
}
