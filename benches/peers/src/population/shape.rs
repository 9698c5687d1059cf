//! The shapes of populations: who has how many relations, and with whom.

use fastrand::Rng;

use super::other_than;

/// A way of drawing the relations and the queries of a population.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Shape {
    /// Each user begins equally many relations, with any others.
    Uniform,
    /// Nine of ten relations are within a community of users who joined together.
    Communities,
    /// A few users have a large share of all relations.
    PowerLaw,
    /// Relations are uniform, and a few senders ask most of the queries.
    ZipfSenders,
    /// Half of the users joined after the others had made their relations.
    ///
    /// A newcomer begins a quarter of the others' relations.
    Newcomers,
}

/// The name of the population that the others are compared with.
pub(crate) const UNIFORM: &str = "uniform";

/// The shapes by the name on the command line.
pub(crate) const SHAPES: [(&str, Shape); 5] = [
    (UNIFORM, Shape::Uniform),
    ("communities", Shape::Communities),
    ("power_law", Shape::PowerLaw),
    ("zipf_senders", Shape::ZipfSenders),
    ("newcomers", Shape::Newcomers),
];

/// Users of a community. Their numbers are consecutive.
pub(super) const COMMUNITY: u32 = 500;

/// The exponent of ranks in the power law.
///
/// The user of rank r has relations in proportion to r to the power of -0.6. The number of users
/// with d relations is then in proportion to d to the power of -2.67, as in many social networks.
const POWER_LAW_EXPONENT: f64 = 0.6;

/// A shape with the state that its draws need.
pub(super) struct Draw {
    pub(super) shape: Shape,
    pub(super) users: u32,
    /// The users by descending popularity, if the shape ranks them.
    ranked: Vec<u32>,
}

impl Draw {
    pub(super) fn new(shape: Shape, users: u32, seed: u64) -> Self {
        let mut ranked = Vec::new();
        if matches!(shape, Shape::PowerLaw | Shape::ZipfSenders) {
            ranked.extend(0..users);
            Rng::with_seed(seed).shuffle(&mut ranked);
        }

        Self {
            shape,
            users,
            ranked,
        }
    }

    /// Draws pairs of two different users. A user is the first of `mean` pairs on average.
    pub(super) fn pairs(&self, rng: &mut Rng, mean: u32) -> Vec<(u32, u32)> {
        let mut pairs = Vec::with_capacity(self.users as usize * mean as usize);
        for index in 0..self.users {
            let user = match self.shape {
                Shape::PowerLaw => self.ranked[index as usize],
                _ => index,
            };

            for _ in 0..self.pairs_of(index, mean) {
                let other = match self.shape {
                    Shape::Newcomers if self.joined_early(user) => {
                        other_than(rng, self.early_users(), user)
                    }
                    _ => self.other(rng, user),
                };
                pairs.push((user, other));
            }
        }
        pairs
    }

    /// Returns the number of pairs whose first user is the one at this index.
    fn pairs_of(&self, index: u32, mean: u32) -> u32 {
        match self.shape {
            Shape::Newcomers if self.joined_early(index) => mean * 8 / 5,
            Shape::Newcomers => mean * 2 / 5,
            Shape::PowerLaw => {
                // The sum over all ranks is about `users` times the mean.
                let share = (f64::from(index) + 1.0) / f64::from(self.users);
                let pairs =
                    f64::from(mean) * (1.0 - POWER_LAW_EXPONENT) * share.powf(-POWER_LAW_EXPONENT);
                truncated(pairs.round()).min(self.users - 1)
            }
            Shape::Uniform | Shape::Communities | Shape::ZipfSenders => mean,
        }
    }

    /// Draws the other user of a relation, or of a query about any two users.
    pub(super) fn other(&self, rng: &mut Rng, user: u32) -> u32 {
        match self.shape {
            Shape::Communities if rng.u8(..10) > 0 => {
                let first = user - user % COMMUNITY;
                let members = COMMUNITY.min(self.users - first);
                if members == 1 {
                    return other_than(rng, self.users, user);
                }
                first + other_than(rng, members, user - first)
            }
            Shape::PowerLaw => loop {
                let other = self.by_power_law(rng);
                if other != user {
                    return other;
                }
            },
            _ => other_than(rng, self.users, user),
        }
    }

    /// Draws the sender of a query.
    pub(super) fn sender(&self, rng: &mut Rng) -> u32 {
        match self.shape {
            Shape::ZipfSenders => self.by_zipf(rng),
            _ => rng.u32(..self.users),
        }
    }

    /// Says whether a user's relations were made before the newcomers joined.
    fn joined_early(&self, user: u32) -> bool {
        user < self.early_users()
    }

    /// Returns the number of users who are not newcomers.
    ///
    /// It is at least 2, because a relation has two users.
    fn early_users(&self) -> u32 {
        (self.users / 2).max(2)
    }

    /// Draws a user in proportion to the power law.
    fn by_power_law(&self, rng: &mut Rng) -> u32 {
        let quantile = rng.f64().powf(1.0 / (1.0 - POWER_LAW_EXPONENT));
        self.at_rank(quantile * f64::from(self.users))
    }

    /// Draws a user in inverse proportion to the rank.
    fn by_zipf(&self, rng: &mut Rng) -> u32 {
        let exponent = rng.f64() * f64::from(self.users).ln();
        self.at_rank(exponent.exp() - 1.0)
    }

    fn at_rank(&self, rank: f64) -> u32 {
        let last = self.ranked.len() - 1;
        self.ranked[(truncated(rank) as usize).min(last)]
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the figures are positive, and a rank or a number of pairs fits"
)]
fn truncated(figure: f64) -> u32 {
    figure as u32
}
