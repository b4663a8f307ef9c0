//! Tiles: the tree cut into files (<https://c2sp.org/tlog-tiles>).

use crate::{Hash, hash::fold_right, node_hash};

/// How many hashes a full tile holds; the height of a tile is 8.
pub const TILE_WIDTH: u16 = 256;

/// Which tile: its level, its place in the level, and how many hashes it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tile {
    /// 0 holds leaves; a hash of level `n + 1` is the root over a full tile of level `n`.
    pub level: u8,
    /// Its place in the level, from 0.
    pub index: u64,
    /// From 1 to [`TILE_WIDTH`]; a narrower tile is partial.
    pub width: u16,
}

impl Tile {
    /// The path of its file below the log's folder, such as `tile/0/x001/x234/067.p/8`.
    pub fn path(&self) -> String {
        format!("tile/{}/{}", self.level, numbered_path(self.index, self.width))
    }

    /// The tiles that a tree of `size` leaves has in `level`: full ones and one partial at the end.
    pub fn of_level(level: u8, size: u64) -> impl Iterator<Item = Self> {
        let full = size.checked_shr(8 * u32::from(level)).unwrap_or(0) / u64::from(TILE_WIDTH);
        let full_tiles = (0..full).map(move |index| Self { level, index, width: TILE_WIDTH });
        full_tiles.chain(Self::partial_of_level(level, size))
    }

    /// The tile at `index` of `level` as a tree of `size` leaves has it, if it has one there.
    pub fn at(level: u8, index: u64, size: u64) -> Option<Self> {
        let hashes = size.checked_shr(8 * u32::from(level)).unwrap_or(0);
        let width = hashes.checked_sub(index.checked_mul(u64::from(TILE_WIDTH))?)?.min(u64::from(TILE_WIDTH)) as u16;
        (width > 0).then_some(Self { level, index, width })
    }

    /// The partial tile at the end of `level` of a tree of `size` leaves, if it has one.
    pub fn partial_of_level(level: u8, size: u64) -> Option<Self> {
        let hashes = size.checked_shr(8 * u32::from(level)).unwrap_or(0);
        Self::at(level, hashes / u64::from(TILE_WIDTH), size)
    }

    /// The tile that holds the perfect subtree at `height` and `index`, with as
    /// many hashes as the subtree needs, and the subtree's height and place above them.
    pub fn of_subtree(height: u32, index: u64) -> Option<(Self, u32, usize)> {
        let (level, height_inside) = (u8::try_from(height / 8).ok()?, height % 8);
        let first = index.checked_mul(1 << height_inside)?;
        let place = (first % u64::from(TILE_WIDTH)) >> height_inside;
        let width = ((place + 1) << height_inside) as u16;
        Some((Self { level, index: first / u64::from(TILE_WIDTH), width }, height_inside, place as usize))
    }

    /// How many levels of tiles a tree of `size` leaves has.
    pub fn levels(size: u64) -> u8 {
        (0..8).take_while(|level| size >> (8 * level) > 0).count() as u8
    }
}

/// The path of an entry bundle below the log's folder, such as
/// `tile/entries/x001/x234/067.p/8`. It holds the leaves of the tile of level 0 with this index and width.
pub fn entries_path(index: u64, width: u16) -> String {
    format!("tile/entries/{}", numbered_path(index, width))
}

/// The index in groups of three digits, each but the last after an `x`; a
/// partial width after `.p/`.
fn numbered_path(index: u64, width: u16) -> String {
    let mut path = format!("{:03}", index % 1000);
    let mut rest = index / 1000;
    while rest > 0 {
        path = format!("x{:03}/{path}", rest % 1000);
        rest /= 1000;
    }
    if width < TILE_WIDTH {
        path.push_str(&format!(".p/{width}"));
    }
    path
}

/// The bytes of a tile: its hashes one after the other.
pub fn encode_tile(hashes: &[Hash]) -> Vec<u8> {
    hashes.iter().flat_map(|hash| hash.0).collect()
}

/// Reads the bytes of a tile of `width`; `None` where they have another length.
pub fn decode_tile(bytes: &[u8], width: u16) -> Option<Vec<Hash>> {
    let (hashes, rest) = bytes.as_chunks::<32>();
    (rest.is_empty() && hashes.len() == usize::from(width)).then(|| hashes.iter().copied().map(Hash).collect())
}

/// The root over the hashes of a full tile.
pub(crate) fn full_root(hashes: &[Hash]) -> Hash {
    let mut row = hashes.to_vec();
    while row.len() > 1 {
        row = row.chunks(2).map(fold_right).collect();
    }
    fold_right(&row)
}

/// The roots of the perfect subtrees side by side over a partial tile's hashes, widest first.
pub(crate) fn perfect_subtrees(hashes: &[Hash]) -> Vec<Hash> {
    let mut subtrees = Vec::new();
    let mut rest = hashes;
    while !rest.is_empty() {
        let width = 1 << rest.len().ilog2();
        let (subtree, tail) = rest.split_at(width);
        subtrees.push(full_root(subtree));
        rest = tail;
    }
    subtrees
}

/// The hash at `height` (0 to 8) and `place` above the hashes of a tile.
pub(crate) fn inside(hashes: &[Hash], height: u32, place: usize) -> Option<Hash> {
    let width = 1usize << height;
    let mut row = hashes.get(place * width..(place + 1) * width)?.to_vec();
    while row.len() > 1 {
        row = row.chunks_exact(2).map(|pair| node_hash(&pair[0], &pair[1])).collect();
    }
    row.first().copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::leaf_hash;

    #[test]
    fn c2sp_tlog_tiles_paths() {
        let path = |level, index, width| Tile { level, index, width }.path();
        assert_eq!(path(0, 1_234_067, 256), "tile/0/x001/x234/067");
        assert_eq!(path(0, 273, 112), "tile/0/273.p/112");
        assert_eq!(path(1, 1, 17), "tile/1/001.p/17");
        assert_eq!(path(2, 0, 1), "tile/2/000.p/1");
        assert_eq!(path(0, 1000, 256), "tile/0/x001/000");
        assert_eq!(entries_path(1_234_067, 8), "tile/entries/x001/x234/067.p/8");
        assert_eq!(entries_path(0, 256), "tile/entries/000");
    }

    /// The example of the specification: a tree of 70,000 leaves.
    #[test]
    fn c2sp_tlog_tiles_of_a_tree_of_70000() {
        let level_0: Vec<_> = Tile::of_level(0, 70_000).collect();
        let level_1: Vec<_> = Tile::of_level(1, 70_000).collect();
        assert_eq!(level_0.len(), 274);
        assert_eq!(level_0[272], Tile { level: 0, index: 272, width: 256 });
        assert_eq!(level_0[273], Tile { level: 0, index: 273, width: 112 });
        assert_eq!(level_1, [Tile { level: 1, index: 0, width: 256 }, Tile { level: 1, index: 1, width: 17 }]);
        assert_eq!(Tile::of_level(2, 70_000).collect::<Vec<_>>(), [Tile { level: 2, index: 0, width: 1 }]);
        assert_eq!(Tile::levels(70_000), 3);
        assert_eq!(Tile::at(0, 273, 70_000), Some(level_0[273]));
        assert_eq!(Tile::at(0, 272, 70_000), Some(level_0[272]));
        assert_eq!(
            (Tile::at(0, 274, 70_000), Tile::at(0, u64::MAX, 70_000), Tile::at(9, 0, 70_000)),
            (None, None, None)
        );
        assert_eq!(Tile::partial_of_level(1, 70_000), Some(level_1[1]));
        assert_eq!(Tile::partial_of_level(0, 512), None);
        assert_eq!((Tile::levels(0), Tile::levels(1), Tile::levels(256), Tile::levels(u64::MAX)), (0, 1, 2, 8));
    }

    #[test]
    fn a_tile_of_another_length_is_refused() {
        let hashes: Vec<_> = (0..3u8).map(|leaf| leaf_hash(&[leaf])).collect();
        let bytes = encode_tile(&hashes);
        assert_eq!(decode_tile(&bytes, 3), Some(hashes));
        assert_eq!(decode_tile(&bytes, 2), None);
        assert_eq!(decode_tile(&bytes[..95], 3), None);
    }
}
