//! Limited-memory BFGS: the minimum of a smooth convex function, found the same way on every run.

/// How many steps are remembered.
const MEMORY: usize = 8;

/// Walks from `start` downhill, at most so many steps; `value` fills in the gradient and returns the value.
pub(crate) fn minimise(start: Vec<f64>, steps: usize, mut value: impl FnMut(&[f64], &mut [f64]) -> f64) -> Vec<f64> {
    let mut at = start;
    let mut gradient = vec![0.0; at.len()];
    let mut here = value(&at, &mut gradient);
    let mut history: std::collections::VecDeque<(Vec<f64>, Vec<f64>, f64)> = std::collections::VecDeque::new();
    for step in 0..steps {
        let mut direction: Vec<f64> = gradient.iter().map(|slope| -slope).collect();
        let mut factors = Vec::with_capacity(history.len());
        for (moved, turned, curvature) in history.iter().rev() {
            let factor = dot(moved, &direction) / curvature;
            add(&mut direction, turned, -factor);
            factors.push(factor);
        }
        if let Some((_, turned, curvature)) = history.back() {
            let scale = curvature / dot(turned, turned);
            direction.iter_mut().for_each(|part| *part *= scale);
        }
        for ((moved, turned, curvature), factor) in history.iter().zip(factors.iter().rev()) {
            let back = dot(turned, &direction) / curvature;
            add(&mut direction, moved, factor - back);
        }
        let slope = dot(&gradient, &direction);
        if slope > -1e-9 {
            break;
        }
        // The first step knows no scale yet: it is kept short.
        let mut length = if step == 0 {
            1.0 / dot(&gradient, &gradient).sqrt().max(1.0)
        } else {
            1.0
        };
        let mut next_gradient = vec![0.0; at.len()];
        let mut accepted = None;
        for _ in 0..30 {
            let mut next = at.clone();
            add(&mut next, &direction, length);
            let there = value(&next, &mut next_gradient);
            if there <= here + 1e-4 * length * slope {
                accepted = Some((next, there));
                break;
            }
            length *= 0.5;
        }
        let Some((next, there)) = accepted else { break };
        let moved: Vec<f64> = next.iter().zip(&at).map(|(to, from)| to - from).collect();
        let turned: Vec<f64> = next_gradient
            .iter()
            .zip(&gradient)
            .map(|(to, from)| to - from)
            .collect();
        let curvature = dot(&moved, &turned);
        if curvature > 1e-12 {
            if history.len() == MEMORY {
                history.pop_front();
            }
            history.push_back((moved, turned, curvature));
        }
        let gained = here - there;
        (at, gradient, here) = (next, next_gradient, there);
        if gained < 1e-7 * here.abs().max(1.0) {
            break;
        }
    }
    at
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

fn add(to: &mut [f64], what: &[f64], times: f64) {
    for (sum, part) in to.iter_mut().zip(what) {
        *sum += part * times;
    }
}
