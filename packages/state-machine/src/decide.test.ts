import { expect, test } from 'vitest';
import { allowedFacts, decide, type TransitionTable } from './decide.ts';

type Light = 'off' | 'on' | 'broken';
type Event = 'switched_on' | 'switched_off' | 'dropped' | 'admired';
const light: TransitionTable<Light, Event, 'spend_power' | 'sweep_up'> = {
  off: { switched_on: { to: 'on', then: ['spend_power'] }, dropped: { to: 'broken', then: ['sweep_up'] } },
  on: { switched_off: { to: 'off' }, dropped: { to: 'broken', then: ['sweep_up'] } },
  broken: {},
};

test('a fact with a move gives the next state and its effects', () => {
  expect(decide(light, 'off', 'switched_on')).toEqual({
    outcome: 'moved',
    from: 'off',
    to: 'on',
    effects: ['spend_power'],
  });
});

test('a move without effects has an empty list of them', () => {
  expect(decide(light, 'on', 'switched_off')).toEqual({ outcome: 'moved', from: 'on', to: 'off', effects: [] });
});

test('a fact that leads here from some state is repeated', () => {
  expect(decide(light, 'on', 'switched_on')).toEqual({ outcome: 'repeated', at: 'on' });
});

test('a fact that leads elsewhere or nowhere is refused', () => {
  expect(decide(light, 'broken', 'switched_on')).toEqual({ outcome: 'refused', at: 'broken' });
  expect(decide(light, 'on', 'admired')).toEqual({ outcome: 'refused', at: 'on' });
});

test('words no table knows are refused, never thrown', () => {
  const stored: TransitionTable<string, string, string> = light;
  expect(decide(stored, 'melted', 'switched_on')).toEqual({ outcome: 'refused', at: 'melted' });
  expect(decide(stored, 'off', 'constructor')).toEqual({ outcome: 'refused', at: 'off' });
  expect(decide(stored, 'constructor', 'name')).toEqual({ outcome: 'refused', at: 'constructor' });
});

test('a misspelt state or fact does not compile', () => {
  // @ts-expect-error -- "of" is no state of the table
  expect(decide(light, 'of', 'switched_on').outcome).toBe('refused');
  // @ts-expect-error -- "swiched_on" is no fact of the table
  expect(decide(light, 'off', 'swiched_on').outcome).toBe('refused');
});

test('allowed facts are those with a move from here', () => {
  expect(allowedFacts(light, 'off')).toEqual(['switched_on', 'dropped']);
  expect(allowedFacts(light, 'broken')).toEqual([]);
});
