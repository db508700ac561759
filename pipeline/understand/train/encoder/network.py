"""The network: a BERT from a package of weights, its token vectors averaged, one linear layer to the three classes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from transformers import BertModel

CLASSES = 3


class Reader(torch.nn.Module):  # type: ignore[misc]  # torch is in an environment of its own
    """Token ids and their mask (texts by tokens) to log-odds of negative, neutral, positive."""

    def __init__(self, bert: Any) -> None:
        super().__init__()
        self.bert = bert
        self.dropout = torch.nn.Dropout(0.1)
        self.head = torch.nn.Linear(bert.config.hidden_size, CLASSES)

    def forward(self, input_ids: Any, attention_mask: Any) -> Any:
        seen = self.bert(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        weights = attention_mask.unsqueeze(-1).to(seen.dtype)
        mean = (seen * weights).sum(1) / weights.sum(1)
        return self.head(self.dropout(mean))


def from_folder(folder: Path, attention: str = "sdpa") -> Reader:
    """The pretrained encoder with a new head; `folder` holds config.json and model.safetensors. `attention`: `eager` where it is exported."""
    return Reader(BertModel.from_pretrained(str(folder), add_pooling_layer=False, attn_implementation=attention))
