//! How the cases of an array are cut into pieces.

/// A piece holds this part of what is left, divided by the tasks.
const PART: u64 = 4;

/// Cuts the cases `open` into pieces for `tasks` tasks: the dearest cases first, and each piece about a fourth of a task's
/// share of what is left by then, so that the last ones are small and tasks end together. A case is never cut.
///
/// Among equals neighbours go to different pieces, since large images often lie side by side.
pub(super) fn cut(open: &[usize], cost: &[u64], tasks: usize) -> Vec<Vec<usize>> {
    // A case costs something, even if nothing is known of it.
    let of = |case: usize| cost.get(case).copied().unwrap_or_default().max(1);
    let mut order = open.to_vec();
    order.sort_by_key(|case| std::cmp::Reverse(of(*case)));
    let mut left: u64 = order.iter().map(|case| of(*case)).sum();
    let mut pieces: Vec<Vec<usize>> = Vec::new();
    let mut at = 0;
    while at < order.len() {
        // A round of pieces of one size for all tasks.
        let share = (left / (PART * tasks as u64)).max(1);
        let begun = pieces.len();
        let mut worth = vec![0; tasks];
        pieces.extend(std::iter::repeat_with(Vec::new).take(tasks));
        let mut turn = 0;
        // Dealt one by one, as long as a piece has room.
        while let Some(case) = order.get(at) {
            let Some(k) = (0..tasks).map(|k| (turn + k) % tasks).find(|k| worth[*k] < share) else { break };
            pieces[begun + k].push(*case);
            worth[k] += of(*case);
            left -= of(*case);
            at += 1;
            turn = (k + 1) % tasks;
        }
    }
    pieces.retain(|piece| !piece.is_empty());
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_hold_every_case_once_and_shrink() {
        let open: Vec<usize> = (0..1000).filter(|i| i % 3 != 0).collect();
        let cost: Vec<u64> = (0..1000).map(|i| 1 + (i * 7919) % 1013).collect();
        let pieces = cut(&open, &cost, 5);
        let mut all: Vec<usize> = pieces.iter().flatten().copied().collect();
        all.sort_unstable();
        assert_eq!(all, open);
        let worth = |piece: &Vec<usize>| piece.iter().map(|case| cost[*case]).sum::<u64>();
        let total: u64 = pieces.iter().map(worth).sum();
        assert!(worth(&pieces[0]) < total / 5 / 3 && pieces.last().is_some_and(|last| worth(last) < total / 5 / 20));
        assert!(pieces.len() < open.len() / 5, "{}", pieces.len());
    }

    #[test]
    fn nothing_known_and_more_tasks_than_cases() {
        assert_eq!(cut(&[2, 4, 9], &[], 3), [[2], [4], [9]]);
        assert_eq!(cut(&[7], &[], 4), [[7]]);
        assert!(cut(&[], &[], 2).is_empty());
    }
}
