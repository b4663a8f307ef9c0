//! Places for what takes long: so many in all, and fewer for each party, so
//! that one greedy party leaves places to the others.

use crate::error::PlatformFault;
use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, PoisonError};
use sumun_ids::StaffId;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Who takes a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Party {
    /// A member of staff.
    Staff(StaffId),
    /// Whoever is behind an address; of IPv6 the first 64 bits, which one customer of a provider has.
    Address(IpAddr),
}

impl Party {
    /// The party behind an address.
    pub fn behind(address: IpAddr) -> Self {
        Self::Address(match address.to_canonical() {
            IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() >> 64 << 64)),
            address => address,
        })
    }
}

/// A bounded number of places.
#[derive(Debug, Clone)]
pub(crate) struct Places {
    total: Arc<Semaphore>,
    staff_max: usize,
    address_max: usize,
    held: Arc<Mutex<HashMap<Party, usize>>>,
}

/// A place, until it is dropped.
#[derive(Debug)]
pub(crate) struct Place {
    _total: OwnedSemaphorePermit,
    parties: Vec<Party>,
    held: Arc<Mutex<HashMap<Party, usize>>>,
}

impl Places {
    /// `total_max` places in all, of which a member of staff gets `staff_max`
    /// and everybody behind one address together `address_max`.
    pub fn new(total_max: usize, staff_max: usize, address_max: usize) -> Self {
        Self { total: Arc::new(Semaphore::new(total_max)), staff_max, address_max, held: Arc::default() }
    }

    /// Takes a place for all of `parties` at once, or none.
    ///
    /// # Errors
    /// [`PlatformFault::OwnPlaces`] when one of them has all that it gets, and
    /// [`PlatformFault::Busy`] when there is none left for anybody.
    pub fn take(&self, parties: &[Party]) -> Result<Place, PlatformFault> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let full = |party: &Party| held.get(party).copied().unwrap_or_default() >= self.max_of(party);
        if parties.iter().any(full) {
            return Err(PlatformFault::OwnPlaces);
        }
        let total = Arc::clone(&self.total).try_acquire_owned().map_err(|_| PlatformFault::Busy)?;
        for party in parties {
            *held.entry(*party).or_default() += 1;
        }
        Ok(Place { _total: total, parties: parties.to_vec(), held: Arc::clone(&self.held) })
    }

    const fn max_of(&self, party: &Party) -> usize {
        match party {
            Party::Staff(_) => self.staff_max,
            Party::Address(_) => self.address_max,
        }
    }

    /// How many places are taken.
    #[cfg(test)]
    pub fn taken(&self) -> usize {
        let held = self.held.lock().unwrap();
        held.iter().filter(|(party, _)| matches!(party, Party::Staff(_))).map(|(_, count)| count).sum()
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        for party in &self.parties {
            let left = held.get(party).copied().unwrap_or_default().saturating_sub(1);
            // Whoever holds nothing is forgotten: the table is no longer than the places are many.
            if left == 0 {
                held.remove(party)
            } else {
                held.insert(*party, left)
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn staff(seed: u8) -> Party {
        Party::Staff(StaffId::from_random([seed; 16]))
    }

    fn behind(address: &str) -> Party {
        Party::behind(address.parse().unwrap())
    }

    #[test]
    fn one_greedy_party_leaves_places_to_the_others() {
        let places = Places::new(5, 2, 3);
        let greedy = [staff(1), behind("192.0.2.1")];
        let mut held = vec![places.take(&greedy).unwrap(), places.take(&greedy).unwrap()];
        assert!(matches!(places.take(&greedy), Err(PlatformFault::OwnPlaces)));
        // A colleague in the same office still gets one, and then the office has its share.
        held.push(places.take(&[staff(2), behind("192.0.2.1")]).unwrap());
        assert!(matches!(places.take(&[staff(3), behind("::ffff:192.0.2.1")]), Err(PlatformFault::OwnPlaces)));
        held.push(places.take(&[staff(3), behind("192.0.2.2")]).unwrap());
        held.push(places.take(&[staff(4), behind("192.0.2.3")]).unwrap());
        assert!(matches!(places.take(&[staff(5), behind("192.0.2.4")]), Err(PlatformFault::Busy)));
        assert_eq!(places.taken(), 5);
        held.remove(0);
        places.take(&greedy).unwrap();
        held.clear();
        assert!(places.held.lock().unwrap().is_empty(), "nobody is remembered");
        assert_eq!(places.total.available_permits(), 5);
    }

    #[test]
    fn a_refused_place_is_none_taken() {
        let places = Places::new(5, 1, 5);
        let _held = places.take(&[behind("192.0.2.1"), staff(1)]).unwrap();
        assert!(places.take(&[behind("192.0.2.1"), staff(1)]).is_err());
        assert_eq!(places.held.lock().unwrap()[&behind("192.0.2.1")], 1);
    }

    #[test]
    fn addresses_of_one_customer_of_a_provider_are_one_party() {
        assert_eq!(behind("2001:db8:1:2::3"), behind("2001:db8:1:2:ffff::4"));
        assert_ne!(behind("2001:db8:1:2::3"), behind("2001:db8:1:3::3"));
        assert_eq!(behind("::ffff:192.0.2.1"), behind("192.0.2.1"));
    }
}
