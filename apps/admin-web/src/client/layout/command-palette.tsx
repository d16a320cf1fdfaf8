import { useQuery } from '@tanstack/react-query';
import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ordersApi } from '../api/orders-api.ts';
import { ProblemText } from './failure-notice.tsx';
import { type Command, useCommands } from './use-commands.ts';
import './command-palette.css';

const PAUSE_MS = 150;
/** What may be a number of an order, or the end of a phone's; shorter texts begin too many of them. */
const isNumber = (text: string) => text.length >= 3 && /\d/.test(text);
const FOUND_MOST = 8;
const GROUPS = ['orders', 'rooms', 'actions'] as const satisfies readonly Command['group'][];

/** Jumps to an order by any of its numbers or to a room, and does what needs no page. A list box under a search field. */
export default function CommandPalette({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const dialog = useRef<HTMLDialogElement>(null);
  const listId = useId();
  const [typed, setTyped] = useState('');
  const [chosen, setChosen] = useState(0);
  // Enter was pressed before the orders were here: the first of them is meant.
  const hurried = useRef(false);
  const text = typed.trim();
  const asked = useAfterPause(text);
  const search = useQuery(
    ordersApi.order.list.queryOptions({ q: asked, limit: FOUND_MOST }, { enabled: isNumber(asked), retry: false }),
  );
  const waiting = isNumber(text) && (asked !== text || search.isFetching) && !search.error;
  const found = asked === text && isNumber(asked) ? (search.data?.items ?? []) : [];
  const commands = useCommands(text, found);
  const current = Math.min(chosen, commands.length - 1);
  const optionId = (command: Command) => `${listId}-${command.id}`;

  useEffect(() => {
    if (!dialog.current!.open) dialog.current!.showModal();
  }, []);
  useEffect(() => {
    document.getElementById(`${listId}-${commands[current]?.id}`)?.scrollIntoView({ block: 'nearest' });
  });

  const run = (command: Command | undefined) => {
    if (!command) return;
    dialog.current!.close();
    command.run();
  };
  useEffect(() => {
    if (!hurried.current || waiting) return;
    hurried.current = false;
    run(commands[0]);
  });

  const onKey = (event: KeyboardEvent) => {
    // Enter also takes a word from an input method.
    if (event.nativeEvent.isComposing) return;
    const last = commands.length - 1;
    const moves: Record<string, number> = {
      ArrowDown: current < last ? current + 1 : 0,
      ArrowUp: current > 0 ? current - 1 : last,
      Home: 0,
      End: last,
    };
    const next = moves[event.key];
    if (next !== undefined) setChosen(next);
    else if (event.key !== 'Enter') return;
    else if (waiting && current === 0) hurried.current = true;
    else run(commands[current]);
    event.preventDefault();
  };

  return (
    // What lies around the panel belongs to the dialog as well, so a click on it leaves.
    <dialog
      ref={dialog}
      className="palette"
      aria-label={t('palette.title')}
      data-testid="command-palette"
      onClose={onClose}
      onClick={(event) => event.target === event.currentTarget && dialog.current!.close()}
    >
      <div className="palette-panel">
        <input
          autoFocus
          className="palette-input"
          role="combobox"
          aria-label={t('palette.title')}
          aria-expanded
          aria-autocomplete="list"
          aria-controls={listId}
          aria-activedescendant={commands[current] && optionId(commands[current])}
          autoComplete="off"
          spellCheck={false}
          maxLength={100}
          placeholder={t('palette.hint')}
          value={typed}
          data-testid="palette-input"
          onChange={({ target }) => {
            setTyped(target.value);
            setChosen(0);
            hurried.current = false;
          }}
          onKeyDown={onKey}
        />
        <div id={listId} role="listbox" aria-label={t('palette.results')} className="palette-list">
          {GROUPS.map((group) => {
            const inGroup = commands.filter((command) => command.group === group);
            return inGroup.length === 0 ? null : (
              <div key={group} role="group" aria-label={t(`paletteGroup.${group}`)}>
                <div className="palette-group" aria-hidden>
                  {t(`paletteGroup.${group}`)}
                </div>
                {inGroup.map((command) => (
                  <div
                    key={command.id}
                    id={optionId(command)}
                    role="option"
                    aria-selected={command === commands[current]}
                    className="palette-option"
                    data-testid={`palette-${command.id}`}
                    onClick={() => run(command)}
                    onMouseMove={() => setChosen(commands.indexOf(command))}
                  >
                    <span className="number">{command.text}</span>
                    {command.hint && <span className="secondary">{command.hint}</span>}
                  </div>
                ))}
              </div>
            );
          })}
        </div>
        <footer className="palette-footer">
          <span role="status" data-testid="palette-status">
            {waiting
              ? t('palette.searching')
              : isNumber(asked) && !search.error && found.length === 0
                ? t('palette.noOrder')
                : ''}
            {search.error && isNumber(asked) && <ProblemText error={search.error} />}
          </span>
          <span className="palette-keys">
            <kbd>↑</kbd> <kbd>↓</kbd> {t('palette.choose')} <kbd>Enter</kbd> {t('palette.go')} <kbd>Esc</kbd>{' '}
            {t('palette.leave')}
          </span>
        </footer>
      </div>
    </dialog>
  );
}

/** The text once typing pauses. */
function useAfterPause(text: string): string {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return settled;
}
