"""A callback for tests."""

from small import TITLES


class Record:
    """A callback that writes down what it is told.

    `parts` are the tasks that are no blocks. `n_blocks` has the number of blocks of
    each task that has any, and `n_tasks` how many it said that it would have.
    """

    def __init__(self, stop_at=None):
        self.stop_at = stop_at

    def setup(self, estimator, context):
        self.begun, self.ended, self.fitted = [], [], []
        self.n_blocks, self.n_tasks = {}, {}

    @property
    def parts(self):
        return [name for name in self.begun if name != "block"]

    def teardown(self, estimator, context):
        pass

    def on_fit_task_begin(self, estimator, context):
        self.begun.append(context.task_name)
        if context.task_name == "block":
            stage = context.parent
            self.n_blocks[stage.task_name] = self.n_blocks.get(stage.task_name, 0) + 1
            self.n_tasks[stage.task_name] = stage.max_subtasks

    def on_fit_task_end(self, estimator, context, *, fitted_estimator=None):
        self.ended.append(context.task_name)
        if fitted_estimator is not None:
            self.fitted.append(fitted_estimator.transform(TITLES))
        return len(self.ended) == self.stop_at
