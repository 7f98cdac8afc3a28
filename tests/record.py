"""A callback for tests."""

from small import TITLES


class Record:
    """A callback that writes down what it is told."""

    def __init__(self, stop_at=None):
        self.stop_at = stop_at

    def setup(self, estimator, context):
        self.begun, self.ended, self.fitted = [], [], []

    def teardown(self, estimator, context):
        pass

    def on_fit_task_begin(self, estimator, context):
        self.begun.append(context.task_name)

    def on_fit_task_end(self, estimator, context, *, fitted_estimator=None):
        self.ended.append(context.task_name)
        if fitted_estimator is not None:
            self.fitted.append(fitted_estimator.transform(TITLES))
        return len(self.ended) == self.stop_at
