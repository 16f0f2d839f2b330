"""An LSTM over packed sequences whose weights' gradients are one product each.

torch's own, on a processor, makes them step by step, which takes twice as long.
Gates stand in the order: in, forget, candidate, out.
"""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor, nn
from torch.autograd import Function


class _Pass(Function):
    @staticmethod
    def forward(
        ctx: Any,
        data: Tensor,
        sizes: list[int],
        back: bool,
        w_in: Tensor,
        w_own: Tensor,
        bias: Tensor,
    ) -> Tensor:
        """data: [row, feature], the rows of a step beside each other, `sizes` of them."""
        h = w_own.shape[1]
        gates = torch.addmm(bias, data, w_in.t())
        turned = w_own.t().contiguous()
        before_h, before_c = data.new_zeros(len(data), h), data.new_zeros(len(data), h)
        tanh_c, out = data.new_empty(len(data), h), data.new_empty(len(data), h)
        starts = [0]
        for n in sizes:
            starts.append(starts[-1] + n)
        order = list(range(len(sizes)))
        if back:
            order.reverse()
        last_h = last_c = None
        for t in order:
            a, z = starts[t], starts[t + 1]
            g = gates[a:z]
            if last_h is not None and last_c is not None:
                k = min(len(g), len(last_h))
                before_h[a : a + k], before_c[a : a + k] = last_h[:k], last_c[:k]
                g[:k].addmm_(last_h[:k], turned)
            g[:, : 2 * h].sigmoid_()
            g[:, 2 * h : 3 * h].tanh_()
            g[:, 3 * h :].sigmoid_()
            c = g[:, :h] * g[:, 2 * h : 3 * h]
            c.addcmul_(g[:, h : 2 * h], before_c[a:z])
            torch.tanh(c, out=tanh_c[a:z])
            torch.mul(g[:, 3 * h :], tanh_c[a:z], out=out[a:z])
            last_h, last_c = out[a:z], c
        ctx.save_for_backward(data, w_in, w_own, gates, before_h, before_c, tanh_c)
        ctx.order, ctx.starts = order, starts
        return out

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor | None, ...]:
        (d_out,) = grads
        data, w_in, w_own, gates, before_h, before_c, tanh_c = ctx.saved_tensors
        h = w_own.shape[1]
        i, f, g, o = gates.split(h, 1)
        to_c = o * (1 - tanh_c * tanh_c)
        to_out = tanh_c * o * (1 - o)
        to_rest = torch.stack([g * i * (1 - i), before_c * f * (1 - f), i * (1 - g * g)], 1)
        d_gates = torch.empty_like(gates)
        later_h = later_c = None
        for t in reversed(ctx.order):
            a, z = ctx.starts[t], ctx.starts[t + 1]
            dh = d_out[a:z].clone()
            dc = None
            if later_h is not None and later_c is not None:
                k = min(z - a, len(later_h))
                dh[:k] += later_h[:k]
                dc = dh * to_c[a:z]
                dc[:k] += later_c[:k]
            else:
                dc = dh * to_c[a:z]
            torch.mul(dh, to_out[a:z], out=d_gates[a:z, 3 * h :])
            rest = d_gates[a:z, : 3 * h].view(z - a, 3, h)
            torch.mul(dc.unsqueeze(1), to_rest[a:z], out=rest)
            later_h, later_c = d_gates[a:z] @ w_own, dc * f[a:z]
        turned = d_gates.t()
        return (
            d_gates @ w_in,
            None,
            None,
            turned @ data,
            turned @ before_h,
            d_gates.sum(0),
        )


class BiLSTM(nn.Module):
    """Both directions, side by side."""

    def __init__(self, width: int, hidden: int) -> None:
        super().__init__()
        self.hidden = hidden
        self.w_in = nn.Parameter(torch.empty(2, 4 * hidden, width))
        self.w_own = nn.Parameter(torch.empty(2, 4 * hidden, hidden))
        self.bias = nn.Parameter(torch.zeros(2, 4 * hidden))
        nn.init.uniform_(self.w_in, -math.sqrt(3 / width), math.sqrt(3 / width))
        with torch.no_grad():
            self.w_in.mul_(0.7)
            for way in self.w_own:
                for gate in way.split(hidden, 0):
                    nn.init.orthogonal_(gate)
            self.bias[:, hidden : 2 * hidden] = 1

    def forward(self, data: Tensor, sizes: list[int]) -> Tensor:
        ways = [
            _Pass.apply(data, sizes, bool(way), self.w_in[way], self.w_own[way], self.bias[way])
            for way in (0, 1)
        ]
        return torch.cat(ways, 1)
