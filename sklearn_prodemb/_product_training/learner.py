"""The network, BYOL's networks around it, and one step of their training."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from .._byol.heads import Head
from .._byol.objective import byol_loss, category_loss
from .._byol.schedules import learning_rate_factor, target_decay
from .._byol.state import (
    check_entries,
    check_networks_state,
    networks_state,
    restore_networks,
)
from .._byol.target import move_target
from .._product.network import SubWordNetwork
from .batches import make_batch
from .config import LOSSES, NetworkConfig
from .data import NetworkData
from .module import NetworkModule
from .validation import Validation
from .views import View


@dataclass(frozen=True)
class TrainedNetwork:
    """What training gives.

    Parameters
    ----------
    network : SubWordNetwork or None
        The network; None if predictions are better without one.
    scores : ndarray of float64, shape (n_epochs + 1,)
        Scores on the products held out, of the start and after each epoch; of length 0
        if none are held out.
    best_iter : int
        Number of steps after which the network was as it is.
    """

    network: SubWordNetwork | None
    scores: np.ndarray
    best_iter: int

    def are_finite(self) -> bool:
        """Tell whether all weights are finite."""
        return self.network is None or self.network.are_finite()


class NetworkLearner:
    """The networks, the optimiser, and one step of training.

    BYOL's online network is the network, a projector and a predictor; the target
    network is the network and the projector, whose weights follow. Projector and
    predictor begin as the identity, and the target network's product features begin as
    those of the closed form: the share of these falls as the share of the first weights
    falls in a moving average.

    Parameters
    ----------
    data : NetworkData
        The sessions to learn from.
    n_categories : int
        Number of categories; with none there is no category predictor.
    config : NetworkConfig
        Everything else.
    seed : int
        Seed of heads, sessions and views.
    module : NetworkModule
        The network to start from.
    validation : Validation or None, default=None
        Scores the network on products that are held out.
    is_trained : bool, default=False
        Whether the network was trained before: it is the start then, else there is no
        network at the start.
    """

    losses = LOSSES

    def __init__(
        self,
        data: NetworkData,
        n_categories: int,
        config: NetworkConfig,
        seed: int,
        module: NetworkModule,
        validation: Validation | None = None,
        *,
        is_trained: bool = False,
    ) -> None:
        self.data = data
        self.config = config
        self.device = config.device
        self._seed = seed
        self._validation = validation
        self._closed_form = torch.from_numpy(data.targets).to(config.device)
        self._trained = np.unique(data.products[data.sessions.values])
        generator = torch.Generator().manual_seed(seed)
        n_hidden, n_outputs = config.n_hidden, data.targets.shape[1]
        self.network = module
        self.online = nn.ModuleDict({"network": module})
        self.target: nn.ModuleDict | None = None
        # How much of the target network's features is the closed form still.
        self.closed_form_share = 1.0
        if config.alpha > 0:
            self.online["projector"] = _identity(n_outputs, n_hidden, generator)
            self.target = copy.deepcopy(self.online).requires_grad_(False)
            self.online["predictor"] = _identity(n_outputs, n_hidden, generator)
            self.target.to(config.device)
        if config.alpha < 1 and n_categories:
            self.online["category"] = Head(
                module.n_hidden, n_hidden, n_categories, generator
            )
        self.online.to(config.device)
        self.optimizer = torch.optim.AdamW(
            self.online.parameters(),
            lr=config.learning_rate,
            weight_decay=config.weight_decay,
            fused=config.device.startswith(("cpu", "cuda")),
        )
        self._n_steps_done = 0
        # The start is the first that may turn out best.
        start = module if is_trained else None
        self._best = None if start is None else _copy_state(start)
        self._best_iter = 0
        self._scores = [] if validation is None else [validation.score(start)]

    @property
    def advice(self) -> str:
        """What to do if numbers are not finite."""
        return "Report it, and set max_epochs=0 meanwhile: then nothing is trained."

    def plan(self, epoch: int) -> list[np.ndarray]:
        """Draw the sessions of an epoch, and deal them out into batches."""
        rng = np.random.default_rng((self._seed, 0, epoch))
        order = rng.permutation(len(self.data.sessions))
        order = order[: self.config.sessions_per_epoch]
        n_batches = max(1, round(len(order) / self.config.sessions_per_batch))
        return np.array_split(order, n_batches)

    def step(self, sessions: np.ndarray, step: int, n_steps: int) -> Tensor:
        """Learn from one batch.

        Parameters
        ----------
        sessions : ndarray of int64, shape (n_sessions,)
            Which sessions.
        step, n_steps : int
            The number of the step, from 0, and of steps in all.

        Returns
        -------
        losses : Tensor, shape (4,)
            The values of `losses`: "regression" a mean over products, the other parts a
            mean over the batch's pairs.
        """
        config, online = self.config, self.online
        rng = np.random.default_rng((self._seed, 1, step))
        batch = make_batch(
            self.data, sessions, config.session_length, rng, config.device
        )
        n = len(batch.products)
        further = rng.choice(self._trained, config.further_products)
        everything = np.concatenate([batch.products, further])
        features, hidden = self.network(self._draw(everything, rng))
        weights = batch.rows.weights(n, features.dtype)
        closed_form = self._closed_form[torch.from_numpy(everything).to(config.device)]

        # The published objective.
        byol = category = features.new_zeros(())
        if self.target is not None:
            prediction = online["predictor"](
                online["projector"](features[:n], weights), weights
            )
            aim = self._project(closed_form[:n], batch.products, weights, rng)
            byol = byol_loss(prediction, aim, batch.rows) / batch.n_pairs
        if "category" in online:
            logits = online["category"](hidden[:n], weights)
            category = category_loss(logits, batch.rows) / batch.n_pairs
        # What is added to it.
        regression = features.new_zeros(())
        if config.regression_weight > 0:
            regression = (features - closed_form).square().sum(1).mean()
        loss = (
            config.alpha * byol
            + (1 - config.alpha) * category
            + config.regression_weight * regression
        )

        # One step of the optimiser, at the schedule's learning rate.
        self.optimizer.zero_grad()
        loss.backward()
        factor = learning_rate_factor(step, n_steps, config.warmup)
        for group in self.optimizer.param_groups:
            group["lr"] = config.learning_rate * factor
        self.optimizer.step()
        # The target network follows.
        if self.target is not None:
            tau = target_decay(step, n_steps, config.tau)
            self.closed_form_share *= tau
            move_target(self.target, online, tau)
        self._n_steps_done = step + 1
        return torch.stack([loss, byol, category, regression]).detach()

    def end_epoch(self) -> None:
        """Score the network; the best one is kept."""
        if self._validation is None:
            return
        score = self._validation.score(self.network)
        if score > max(self._scores):
            self._best = _copy_state(self.network)
            self._best_iter = self._n_steps_done
        self._scores.append(score)

    def export(self) -> TrainedNetwork:
        """Give the network, the best one if products are held out."""
        scores = np.array(self._scores)
        if self._validation is None:
            return TrainedNetwork(self.network.export(), scores, self._n_steps_done)
        if self._best is None:
            return TrainedNetwork(None, scores, 0)
        best = copy.deepcopy(self.network)
        best.load_state_dict(self._best)
        return TrainedNetwork(best.export(), scores, self._best_iter)

    def state(self) -> dict[str, Any]:
        """Give everything that a later process needs to go on."""
        return {
            **networks_state(*self._networks),
            "closed_form_share": self.closed_form_share,
            "scores": list(self._scores),
            "best": self._best,
            "best_iter": self._best_iter,
            "n_steps_done": self._n_steps_done,
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from `state`; raise a ValueError, and change nothing, if it is none."""
        check_networks_state(state, *self._networks)
        # There is a score of the start at least; the best may be no network.
        scores = state.get("scores")
        n_scores = len(scores) if isinstance(scores, list) and scores else 1
        is_network = state.get("best") is not None
        check_entries(
            state,
            {
                "closed_form_share": 1.0,
                "scores": [0.0] * n_scores if self._scores else [],
                "best": _copy_state(self.network) if is_network else None,
                "best_iter": 0,
                "n_steps_done": 0,
            },
        )
        restore_networks(state, *self._networks)
        self.closed_form_share = state["closed_form_share"]
        self._scores = list(state["scores"])
        self._best = state["best"]
        self._best_iter = state["best_iter"]
        self._n_steps_done = state["n_steps_done"]

    @property
    def _networks(self) -> tuple[nn.Module, nn.Module | None, torch.optim.Optimizer]:
        return self.online, self.target, self.optimizer

    def _draw(self, products: np.ndarray, rng: np.random.Generator) -> View:
        config = self.config
        return self.data.views.draw(
            products, rng, config.word_dropout, config.ngram_dropout
        )

    @torch.no_grad()
    def _project(
        self,
        closed_form: Tensor,
        products: np.ndarray,
        weights: Tensor,
        rng: np.random.Generator,
    ) -> Tensor:
        """Give the target network's projection of another view."""
        assert self.target is not None
        share = self.closed_form_share
        features = share * closed_form
        if share < 1:
            own, _ = self.target["network"](self._draw(products, rng))
            features = features + (1 - share) * own
        return self.target["projector"](features, weights)


def _copy_state(module: nn.Module) -> dict[str, Tensor]:
    return {name: value.clone() for name, value in module.state_dict().items()}


class _Residual(Head):
    """A head that adds to its input, and begins by adding nothing."""

    def forward(self, x: Tensor, weights: Tensor) -> Tensor:
        return x + super().forward(x, weights)


def _identity(size: int, n_hidden: int, generator: torch.Generator) -> _Residual:
    head = _Residual(size, n_hidden, size, generator)
    nn.init.zeros_(head.out.weight)
    nn.init.zeros_(head.out.bias)
    return head
