import fc from 'fast-check';

/**
 * vitest set-up of every project: property tests draw the same examples in every run, so that a run that was green
 * stays green. `PROPERTY_SEED` takes another number, to look for examples that no run has seen yet.
 */
fc.configureGlobal({ seed: Number(process.env['PROPERTY_SEED'] ?? 20_261_121) });
