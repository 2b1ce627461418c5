//! Two wordings of one sentence, word by word: what stayed, what went, what came.

use maud::{Markup, html};

use crate::parts::text;

/// Words that are compared at most; beyond that, both sentences are shown whole.
const WORDS_MAX: usize = 400;

/// What became of a stretch of words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Stays,
    Goes,
    Comes,
}

/// Both wordings as one text. What was removed and what was added is said in words too, for those who do not see it.
pub(crate) fn compared(before: &str, after: &str) -> Markup {
    html! {
        @for (fate, words) in stretches(before, after) {
            @match fate {
                Fate::Stays => (text(&words)),
                Fate::Goes => { del { span class="unseen" { "removed: " } (text(&words)) } },
                Fate::Comes => { ins { span class="unseen" { "added: " } (text(&words)) } },
            }
            " "
        }
    }
}

fn stretches(before: &str, after: &str) -> Vec<(Fate, String)> {
    let (old, new): (Vec<&str>, Vec<&str>) = (before.split_whitespace().collect(), after.split_whitespace().collect());
    if old.len() > WORDS_MAX || new.len() > WORDS_MAX {
        return vec![(Fate::Goes, old.join(" ")), (Fate::Comes, new.join(" "))];
    }
    let kept = common(&old, &new);
    let mut stretches: Vec<(Fate, Vec<&str>)> = Vec::new();
    let mut put = |fate: Fate, word| match stretches.last_mut() {
        Some((last, words)) if *last == fate => words.push(word),
        _ => stretches.push((fate, vec![word])),
    };
    let (mut from_old, mut from_new) = (old.iter().enumerate().peekable(), new.iter().enumerate().peekable());
    for (in_old, in_new) in kept.into_iter().chain([(old.len(), new.len())]) {
        while let Some((_, word)) = from_old.next_if(|(at, _)| *at < in_old) {
            put(Fate::Goes, word);
        }
        while let Some((_, word)) = from_new.next_if(|(at, _)| *at < in_new) {
            put(Fate::Comes, word);
        }
        if let (Some((_, word)), Some(_)) = (from_old.next(), from_new.next()) {
            put(Fate::Stays, word);
        }
    }
    stretches.into_iter().map(|(fate, words)| (fate, words.join(" "))).collect()
}

/// Places of the words of a longest common sequence.
fn common(old: &[&str], new: &[&str]) -> Vec<(usize, usize)> {
    let width = new.len() + 1;
    let mut lengths = vec![0_u32; (old.len() + 1) * width];
    let at = |lengths: &[u32], i: usize, j: usize| lengths.get(i * width + j).copied().unwrap_or_default();
    for (i, one) in old.iter().enumerate().rev() {
        for (j, other) in new.iter().enumerate().rev() {
            let best = if one == other {
                at(&lengths, i + 1, j + 1) + 1
            } else {
                at(&lengths, i + 1, j).max(at(&lengths, i, j + 1))
            };
            if let Some(length) = lengths.get_mut(i * width + j) {
                *length = best;
            }
        }
    }
    let (mut i, mut j, mut kept) = (0, 0, Vec::new());
    while let (Some(one), Some(other)) = (old.get(i), new.get(j)) {
        if one == other {
            kept.push((i, j));
            (i, j) = (i + 1, j + 1);
        } else if at(&lengths, i + 1, j) >= at(&lengths, i, j + 1) {
            i += 1;
        } else {
            j += 1;
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(before: &str, after: &str, expected: &str) {
        let told: Vec<String> = stretches(before, after)
            .into_iter()
            .map(|(fate, words)| match fate {
                Fate::Stays => words,
                Fate::Goes => format!("-{words}-"),
                Fate::Comes => format!("+{words}+"),
            })
            .collect();
        assert_eq!(told.join(" "), expected);
    }

    #[test]
    fn words_that_differ_are_told_apart() {
        check("traffic is plain text", "traffic is mutual TLS", "traffic is -plain text- +mutual TLS+");
        check("", "new words", "+new words+");
        check("kept for 30 days", "kept for 180 days", "kept for -30- +180+ days");
        check("same", "same", "same");
    }
}
