//! Accounts.

use diesel::{
    dsl::{auto_type, exists, not},
    prelude::*,
};
use instainstru_domain::{
    account::{AccountStatus, Bearer, Credentials, EmailAddress, NewUser, PasswordHash, Role, User},
    administration::{AccountState, UserFilter},
    ids::UserId,
    page::{Page, Paged},
    ports::{Conflict, StorageError, UserRepository},
    text::FullName,
};
use jiff::Timestamp;

use crate::{
    connection::{AnyConnection, MultiBackend, on_inner},
    schema::{revoked_tokens, users},
    search::{containing, folded},
    stored::{Place, changed_one, count},
    types::Instant,
    unit_of_work::DieselUnitOfWork,
};

/// Whether the account is an instructor that the public may see and book: `User::is_bookable` in SQL.
#[auto_type]
pub(crate) fn is_bookable() -> _ {
    let role: &'static str = Role::Instructor.as_str();
    let status: &'static str = AccountStatus::Active.as_str();
    users::role.eq(role).and(users::is_active).and(users::account_status.eq(status))
}

/// An account as it is stored, without its password.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = users)]
pub(crate) struct UserRow {
    id: i32,
    email: String,
    full_name: String,
    role: String,
    is_admin: bool,
    is_active: bool,
    account_status: String,
    credential_version: i32,
    created_at: Instant,
    updated_at: Option<Instant>,
    deleted_at: Option<Instant>,
}

impl UserRow {
    pub(crate) fn into_user(self) -> Result<User, StorageError> {
        let place = Place::new("users", self.id);
        Ok(User {
            id: place.check("id", UserId::new(self.id.into()))?,
            email: place.check("email", EmailAddress::new(&self.email))?,
            full_name: place.check("full_name", FullName::new(&self.full_name))?,
            role: place.check("role", self.role.parse())?,
            is_admin: self.is_admin,
            is_active: self.is_active,
            account_status: place.check("account_status", self.account_status.parse())?,
            credential_version: self.credential_version,
            created_at: self.created_at.0,
            updated_at: self.updated_at.map(|at| at.0),
            deleted_at: self.deleted_at.map(|at| at.0),
        })
    }
}

#[derive(Insertable)]
#[diesel(table_name = users, treat_none_as_default_value = false)]
struct NewUserRow<'a> {
    email: &'a str,
    hashed_password: &'a str,
    full_name: &'a str,
    full_name_search: String,
    role: &'static str,
    account_status: &'static str,
    created_at: Instant,
}

#[derive(AsChangeset)]
#[diesel(table_name = users, treat_none_as_null = true)]
struct UserChanges<'a> {
    email: &'a str,
    full_name: &'a str,
    full_name_search: String,
    role: &'static str,
    is_admin: bool,
    is_active: bool,
    account_status: &'static str,
    credential_version: i32,
    updated_at: Option<Instant>,
}

/// The accounts that fit a filter.
fn fitting(filter: &UserFilter) -> users::BoxedQuery<'static, MultiBackend> {
    let mut query = users::table.into_boxed();
    if let Some(text) = &filter.query {
        let pattern = containing(text);
        let found = users::full_name_search.like(pattern.clone()).escape('\\');
        query = query.filter(found.or(users::email.like(pattern).escape('\\')));
    }
    if let Some(role) = filter.role {
        query = query.filter(users::role.eq(role.as_str()));
    }
    let not_deleted = users::deleted_at.is_null();
    let of_owner = |status: AccountStatus| {
        not_deleted.and(users::is_active).and(users::account_status.eq(status.as_str()))
    };
    match filter.state {
        None => query,
        Some(AccountState::Deleted) => query.filter(users::deleted_at.is_not_null()),
        Some(AccountState::SwitchedOff) => query.filter(not_deleted.and(not(users::is_active))),
        Some(AccountState::Active) => query.filter(of_owner(AccountStatus::Active)),
        Some(AccountState::Suspended) => query.filter(of_owner(AccountStatus::Suspended)),
        Some(AccountState::Deactivated) => query.filter(of_owner(AccountStatus::Deactivated)),
    }
}

impl UserRepository for DieselUnitOfWork<'_> {
    fn insert(&mut self, user: &NewUser) -> Result<User, StorageError> {
        let row = NewUserRow {
            email: user.email.as_str(),
            hashed_password: user.password_hash.reveal(),
            full_name: user.full_name.as_str(),
            full_name_search: folded(user.full_name.as_str()),
            role: user.role.as_str(),
            account_status: user.account_status.as_str(),
            created_at: Instant(user.created_at),
        };
        let inserted: Option<UserRow> = self.execute(|connection| {
            on_inner!(connection, |connection| diesel::insert_into(users::table)
                .values(&row)
                .on_conflict(users::email)
                .do_nothing()
                .returning(UserRow::as_returning())
                .get_result(connection)
                .optional())
        })?;
        inserted.ok_or(StorageError::Conflict(Conflict::EmailTaken))?.into_user()
    }

    fn find(&mut self, id: UserId) -> Result<Option<User>, StorageError> {
        let row = self.execute(|connection| {
            users::table.find(id.get()).select(UserRow::as_select()).first(connection).optional()
        })?;
        row.map(UserRow::into_user).transpose()
    }

    fn find_bearer(&mut self, id: UserId, token_id: &str) -> Result<Option<Bearer>, StorageError> {
        let row: Option<(UserRow, bool)> = self.execute(|connection| {
            let revoked = exists(revoked_tokens::table.filter(revoked_tokens::token_id.eq(token_id)));
            users::table.find(id.get()).select((UserRow::as_select(), revoked)).first(connection).optional()
        })?;
        row.map(|(user, token_revoked)| Ok(Bearer { user: user.into_user()?, token_revoked })).transpose()
    }

    fn revoke_token(&mut self, token_id: &str, expires_at: Timestamp) -> Result<(), StorageError> {
        self.execute(|connection| {
            let row =
                (revoked_tokens::token_id.eq(token_id), revoked_tokens::expires_at.eq(Instant(expires_at)));
            on_inner!(connection, |connection| diesel::insert_into(revoked_tokens::table)
                .values(row)
                .on_conflict_do_nothing()
                .execute(connection))
        })?;
        Ok(())
    }

    fn find_credentials(&mut self, email: &EmailAddress) -> Result<Option<Credentials>, StorageError> {
        let row: Option<(UserRow, String)> = self.execute(|connection| {
            users::table
                .filter(users::email.eq(email.as_str()))
                .filter(users::deleted_at.is_null())
                .select((UserRow::as_select(), users::hashed_password))
                .first(connection)
                .optional()
        })?;
        row.map(|(user, hash)| {
            Ok(Credentials { user: user.into_user()?, password_hash: PasswordHash::new(hash) })
        })
        .transpose()
    }

    fn update(&mut self, user: &User) -> Result<(), StorageError> {
        let changes = UserChanges {
            email: user.email.as_str(),
            full_name: user.full_name.as_str(),
            full_name_search: folded(user.full_name.as_str()),
            role: user.role.as_str(),
            is_admin: user.is_admin,
            is_active: user.is_active,
            account_status: user.account_status.as_str(),
            credential_version: user.credential_version,
            updated_at: user.updated_at.map(Instant),
        };
        let rows = self.execute(|connection| {
            diesel::update(users::table.find(user.id.get())).set(&changes).execute(connection)
        })?;
        changed_one(rows, "users", user.id)
    }

    fn set_password(&mut self, id: UserId, hash: &PasswordHash, at: Timestamp) -> Result<(), StorageError> {
        let rows = self.execute(|connection| {
            diesel::update(users::table.find(id.get()))
                .set((
                    users::hashed_password.eq(hash.reveal()),
                    users::credential_version.eq(users::credential_version + 1),
                    users::updated_at.eq(Instant(at)),
                ))
                .execute(connection)
        })?;
        changed_one(rows, "users", id)
    }

    fn list(&mut self, filter: &UserFilter, page: Page) -> Result<Paged<User>, StorageError> {
        let (total, rows): (i64, Vec<UserRow>) = self.execute(|connection| {
            let total = fitting(filter).count().get_result(connection)?;
            let rows = fitting(filter)
                .order(users::id.desc())
                .limit(page.limit.into())
                .offset(page.offset.into())
                .select(UserRow::as_select())
                .load(connection)?;
            Ok((total, rows))
        })?;
        let items = rows.into_iter().map(UserRow::into_user).collect::<Result<_, _>>()?;
        Ok(Paged { items, total: count(total)? })
    }

    fn administrators(&mut self) -> Result<Vec<User>, StorageError> {
        let rows: Vec<UserRow> = self.execute(|connection| {
            users::table
                .filter(users::is_admin.and(users::is_active).and(users::deleted_at.is_null()))
                .order(users::id)
                .select(UserRow::as_select())
                .load(connection)
        })?;
        rows.into_iter().map(UserRow::into_user).collect()
    }

    fn lock(&mut self, ids: &[UserId]) -> Result<(), StorageError> {
        self.execute(|connection| match connection {
            // Foreign keys to the rows can still be checked meanwhile: the key itself is not locked.
            AnyConnection::Postgres(connection) => users::table
                .filter(users::id.eq_any(ids.iter().map(|id| id.get())))
                .select(users::id)
                .order(users::id)
                .for_no_key_update()
                .load::<i32>(connection)
                .map(|_locked| ()),
            // Whoever writes holds the whole file already.
            AnyConnection::Sqlite(_) => Ok(()),
        })?;
        self.note_locked(ids);
        Ok(())
    }
}
