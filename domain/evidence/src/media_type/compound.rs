//! Compound files, told apart by the streams of their root ([MS-CFB]).
//!
//! A document may hold another with its own streams, so the names of the whole
//! directory do not do: only the root's children count.

use super::{Look, MediaType, u16_at, u32_at};
use std::io::{self, Read, Seek};

/// A stream or storage of the root, and the kind that has it.
const STREAMS: [(&str, MediaType); 9] = [
    ("EncryptedPackage", MediaType::Locked),
    ("WordDocument", MediaType::Doc),
    ("PowerPoint Document", MediaType::Ppt),
    ("Workbook", MediaType::Xls),
    ("Book", MediaType::Xls),
    ("__properties_version1.0", MediaType::Msg),
    ("VisioDocument", MediaType::Vsd),
    ("BodyText", MediaType::Hwp),
    // Of a document that may be handed out, but not copied.
    ("ViewText", MediaType::Hwp),
];
/// The highest number of a sector that is one ([MS-CFB] 2.1).
const SECTOR_MAX: u32 = 0xffff_fffa;
/// The places of the table of sectors that the header names (2.2).
const HEADER_PLACES: u32 = 109;
/// A directory entry (2.6).
const ENTRY_BYTES: usize = 128;
/// The most sectors of a chain that are followed. Our choice; the bound on bytes ends most earlier.
const CHAIN_MAX: usize = 512;

/// The kind of a compound file; [`MediaType::Compound`] when its streams say nothing or cannot be read.
pub(super) fn of_streams<F: Read + Seek>(look: &mut Look<'_, F>) -> io::Result<MediaType> {
    let header = look.at(0, 512)?;
    let Some(file) = CompoundFile::of_header(header) else { return Ok(MediaType::Compound) };
    let entries = file.directory(look)?;
    let names = root_names(&entries);
    let has = |wanted: &&(&str, MediaType)| names.iter().any(|name| name.eq_ignore_ascii_case(wanted.0));
    Ok(STREAMS.iter().find(has).map_or(MediaType::Compound, |(_, kind)| *kind))
}

struct CompoundFile {
    header: Vec<u8>,
    sector_bytes: u32,
}

impl CompoundFile {
    fn of_header(header: Vec<u8>) -> Option<Self> {
        // Version 3 has sectors of 512 bytes, version 4 of 4,096 (2.2).
        let shift = u16_at(&header, 30).filter(|shift| matches!(shift, 9 | 12))?;
        (header.len() == 512).then_some(Self { header, sector_bytes: 1 << shift })
    }

    /// The bytes of the directory, as far as they can be read.
    fn directory<F: Read + Seek>(&self, look: &mut Look<'_, F>) -> io::Result<Vec<u8>> {
        let mut entries = Vec::new();
        let mut sector = u32_at(&self.header, 48);
        for _ in 0..CHAIN_MAX {
            let Some(number) = sector.filter(|number| *number <= SECTOR_MAX) else { break };
            let bytes = look.at(self.offset(number), self.sector_bytes as usize)?;
            if bytes.is_empty() {
                break;
            }
            entries.extend(bytes);
            sector = self.after(look, number)?;
        }
        Ok(entries)
    }

    fn offset(&self, sector: u32) -> u64 {
        (u64::from(sector) + 1) * u64::from(self.sector_bytes)
    }

    /// The sector behind `sector` in its chain (2.3).
    fn after<F: Read + Seek>(&self, look: &mut Look<'_, F>, sector: u32) -> io::Result<Option<u32>> {
        let places = self.sector_bytes / 4;
        let Some(table) = self.table_sector(look, sector / places)? else { return Ok(None) };
        let bytes = look.at(self.offset(table) + u64::from(sector % places) * 4, 4)?;
        Ok(u32_at(&bytes, 0))
    }

    /// The `number`-th sector of the table of sectors: the header names the
    /// first, a chain of sectors the others (2.5).
    fn table_sector<F: Read + Seek>(&self, look: &mut Look<'_, F>, number: u32) -> io::Result<Option<u32>> {
        if number < HEADER_PLACES {
            return Ok(u32_at(&self.header, 76 + number as usize * 4).filter(|sector| *sector <= SECTOR_MAX));
        }
        let places = self.sector_bytes / 4 - 1;
        let (hops, place) = ((number - HEADER_PLACES) / places, (number - HEADER_PLACES) % places);
        let mut sector = u32_at(&self.header, 68);
        for hop in 0..=hops.min(CHAIN_MAX as u32) {
            let Some(number) = sector.filter(|number| *number <= SECTOR_MAX) else { return Ok(None) };
            let wanted = if hop == hops { place } else { places };
            sector = u32_at(&look.at(self.offset(number) + u64::from(wanted) * 4, 4)?, 0);
        }
        Ok(sector.filter(|sector| *sector <= SECTOR_MAX))
    }
}

/// The names of the root's children, which are a tree of siblings (2.6.4).
fn root_names(entries: &[u8]) -> Vec<String> {
    let entry = |number: u32| {
        let place = usize::try_from(number).ok()?.checked_mul(ENTRY_BYTES)?;
        entries.get(place..place.checked_add(ENTRY_BYTES)?)
    };
    let mut names = Vec::new();
    let mut seen = vec![false; entries.len() / ENTRY_BYTES];
    let mut open: Vec<u32> = entry(0).and_then(|root| u32_at(root, 76)).into_iter().collect();
    while let Some(number) = open.pop() {
        let (Some(entry), Some(seen)) = (entry(number), seen.get_mut(number as usize)) else { continue };
        if std::mem::replace(seen, true) {
            continue;
        }
        let length = usize::from(u16_at(entry, 64).unwrap_or(0)).clamp(2, 64) - 2;
        let units: Vec<u16> = (0..length / 2).filter_map(|place| u16_at(entry, place * 2)).collect();
        names.push(String::from_utf16_lossy(&units));
        open.extend([u32_at(entry, 68), u32_at(entry, 72)].into_iter().flatten());
    }
    names
}
