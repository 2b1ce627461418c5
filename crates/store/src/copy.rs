//! Copies of databases that are in use, for backups.

use std::path::Path;

use sqlx::ConnectOptions as _;
use sqlx::sqlite::SqliteConnectOptions;

use crate::StoreError;
use crate::error::Failure;

/// Copies the database files `names` of the folder `from` into the folder `to`, each as of one moment, also while a program
/// writes to them. A name that is not there is passed over; a copy that is there already is an error.
pub async fn copy_databases(from: &Path, names: &[&str], to: &Path) -> Result<(), StoreError> {
    for name in names {
        if !from.join(name).exists() {
            continue;
        }
        let target = to.join(name);
        let copied = async {
            let options = SqliteConnectOptions::new().filename(from.join(name));
            let mut connection = options.connect().await?;
            sqlx::query("VACUUM INTO $1").bind(target.to_string_lossy().as_ref()).execute(&mut connection).await?;
            Ok(())
        };
        copied.await.map_err(|failure: Failure| failure.about(from, "copy"))?;
    }
    Ok(())
}
