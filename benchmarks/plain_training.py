"""The published training written plainly: one row a pair, `nn.Conv1d`, `BatchNorm1d`.

Same networks, batch of pairs, optimiser and target network as `TextCNNEmbedder`; titles
of a batch are padded to its longest one, as a data loader would.
"""

import copy

import numpy as np
import torch
from conv1d import Conv1dEncoder
from torch import nn
from torch.nn import functional as F


def head(n_in, n_hidden, n_out):
    return nn.Sequential(
        nn.Linear(n_in, n_hidden),
        nn.BatchNorm1d(n_hidden),
        nn.ReLU(),
        nn.Linear(n_hidden, n_out),
    )


class PlainLearner:
    """One step of training on a batch of unordered pairs."""

    def __init__(self, weights, n_categories, *, alpha, learning_rate, weight_decay):
        self.alpha = alpha
        self.online = nn.ModuleDict(
            {
                "encoder": Conv1dEncoder(weights),
                "projector": head(weights.n_features, 1024, 128),
            }
        )
        self.target = copy.deepcopy(self.online).requires_grad_(False)
        self.online["predictor"] = head(128, 1024, 128)
        self.online["category"] = head(weights.n_features, 1024, n_categories)
        self.optimizer = torch.optim.AdamW(
            self.online.parameters(),
            lr=learning_rate,
            weight_decay=weight_decay,
            fused=True,
        )

    def step(self, titles, pairs, categories, tau=0.996):
        """Learn from `pairs`, product numbers (n, 2), and their `categories` (n, 2).

        `titles` is the `Ragged` of the tokens of each product.
        """
        pad = self.online["encoder"].pad
        batch = [pad(titles, side) for side in pairs.T]
        category = torch.from_numpy(categories.astype(np.int64))
        y = [self.online["encoder"](*side) for side in batch]
        projections = [self.online["projector"](x) for x in y]
        predictions = [self.online["predictor"](x) for x in projections]
        with torch.no_grad():
            targets = [
                self.target["projector"](self.target["encoder"](*side))
                for side in batch
            ]
        byol = category_loss = 0
        for key, query in ((0, 1), (1, 0)):
            cosine = F.cosine_similarity(predictions[key], targets[query])
            byol = byol + (2 - 2 * cosine).mean()
            logits = self.online["category"](y[key])
            category_loss = category_loss + F.cross_entropy(logits, category[:, query])
        loss = self.alpha * byol + (1 - self.alpha) * category_loss
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()
        with torch.no_grad():
            for name, module in self.target.items():
                torch._foreach_lerp_(
                    list(module.parameters()),
                    list(self.online[name].parameters()),
                    1 - tau,
                )
        return loss.detach()
