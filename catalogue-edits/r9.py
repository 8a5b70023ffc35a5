def sub(p, *pairs):
    s=open(p).read()
    for a,b in pairs:
        assert a in s,(p,a)
        s=s.replace(a,b)
    open(p,'w').write(s)
sub('crates/test-support/src/memory/catalogue.rs',('''        let state = self.call()?;
        let instructors = state.bookable_instructors()?;
        let mut listings = Vec::new();
        for service in state.catalogue.values() {
            if state.is_shown(service) && category.is_none_or(|wanted| service.category_id == wanted) {
                listings.push(state.listing(service, &instructors)?);
            }
        }
        listings.sort_by(|a, b| {
            let order = |l: &ServiceListing| (l.category.facts.display_order, l.service.facts.display_order);
            order(a).cmp(&order(b)).then_with(|| a.service.facts.name.cmp(&b.service.facts.name))
        });
        Ok(listings)
''','''        self.call()?.listings(category)
'''))
s=open('crates/test-support/src/memory/catalogue.rs').read()
i=s.index('    fn listing(')
# insert before the doc comment of listing
j=s.rfind('\n\n',0,i)+2 if s.rfind('\n\n',0,i)>s.rfind('{\n',0,i) else s.rfind('{\n',0,i)+2
print(repr(s[j-60:i+80]))
new='''    /// The services that are shown, of one category or of all, in their order.
    pub(super) fn listings(
        &self,
        category: Option<CategoryId>,
    ) -> Result<Vec<ServiceListing>, StorageError> {
        let instructors = self.bookable_instructors()?;
        let mut listings = Vec::new();
        for service in self.catalogue.values() {
            if self.is_shown(service) && category.is_none_or(|wanted| service.category_id == wanted) {
                listings.push(self.listing(service, &instructors)?);
            }
        }
        listings.sort_by(|a, b| {
            let order = |l: &ServiceListing| (l.category.facts.display_order, l.service.facts.display_order);
            order(a).cmp(&order(b)).then_with(|| a.service.facts.name.cmp(&b.service.facts.name))
        });
        Ok(listings)
    }

'''
s=s[:j]+new+s[j:]
open('crates/test-support/src/memory/catalogue.rs','w').write(s)
sub('crates/test-support/src/memory/mod.rs',('''        let listings = self.reading::<_, StorageError>(|uow| uow.catalogue().listings(None));
        listings.unwrap_or_else(|error| panic!("{error}"))
''','''        self.peek(|state| state.listings(None).unwrap_or_else(|error| panic!("{error}")))
'''),('    catalogue::Demand,\n','    catalogue::{Demand, ServiceListing},\n'))
sub('crates/server/src/search/mod.rs',('mod indexer;\n','mod indexer;\nmod keys;\n'),('''    indexer::{IndexError, Indexer},
''','''    indexer::{IndexError, Indexer},
    keys::SearchKeys,
'''))
