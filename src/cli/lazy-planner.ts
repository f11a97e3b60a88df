import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Planner } from '../engines/flink/planner.ts';
import type { PlannerQuestion } from '../sql/planner-checks.ts';
import { showProgress } from './terminal-output.ts';
import type { ProjectPlanner } from './validate-project.ts';

/**
 * Flink's planner with its progress, opened by the first question, and ended by Ctrl-C. What was found before is printed while
 * it works.
 */
export function lazyPlanner(
  print: (found: readonly Diagnostic[]) => Promise<void> = () => Promise.resolve(),
) {
  const abort = new AbortController();
  const interrupt = () => abort.abort();
  const progress = showProgress();
  let opened: Promise<Planner> | undefined;
  let printing: Promise<void> | undefined;
  const open = async () => {
    process.once('SIGINT', interrupt);
    const { openPlanner } = await import('./open-planner.ts');
    return openPlanner((what) => progress.show(what), abort.signal);
  };
  const planner = () => {
    opened ??= open();
    return opened;
  };
  return {
    onStart(found: readonly Diagnostic[]) {
      printing = print(found).then(() => progress.show("Starting Flink's planner"));
    },
    ask: async (question: PlannerQuestion) => (await planner()).ask(question),
    columns: async (question: PlannerQuestion) => (await planner()).columns(question),
    onAnswer(done: number, all: number) {
      progress.show(`Flink's planner: ${done} of ${all} jobs`);
    },
    isInterrupted: () => abort.signal.aborted,
    async stop() {
      await printing;
      progress.clear();
      process.off('SIGINT', interrupt);
      await opened?.then(
        (started) => started.stop(),
        () => undefined,
      );
    },
  } satisfies ProjectPlanner & Pick<Planner, 'columns' | 'stop'> & { isInterrupted(): boolean };
}
