//! The images that features are computed on, a file each.

use std::path::Path;

use anyhow::{Context, bail};

use crate::cli::output::refuse_inputs;
use crate::jobs::extraction::settings_for;
use crate::study::Picked;
use imaging::write::write_image;
use imaging::{Pair, read_pair};
use radiomics::{self, Mask, PixelType, Settings, Volume, Voxels};

/// Writes the images of `settings` to `folder`: of the IBSI dialect on the whole prepared grid, of PyRadiomics' on the
/// grid that its filters work on.
pub(super) fn save(
    image: &Path,
    mask: &Path,
    settings: &Settings,
    picked: &Picked,
    folder: &Path,
    force: bool,
) -> anyhow::Result<()> {
    if folder.exists() && !folder.is_dir() {
        bail!("{} is not a folder; --save-images writes one file an image", folder.display());
    }
    if folder.read_dir().is_ok_and(|mut entries| entries.next().is_some()) && !force {
        bail!("{} is not empty; name another folder, or --force writes into it", folder.display());
    }
    let channel = (settings.label_channel > 0).then_some(settings.label_channel);
    let choice = picked.choice(settings.label, channel);
    let Pair { image: read, mask: region, label, .. } = read_pair(image, mask, &choice)?;
    let settings = Settings { label, ..settings_for(image, &choice.volume, settings)?.into_owned() };
    std::fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
    crate::writing::clear(folder);
    let inputs = [image.to_owned(), mask.to_owned()];
    let mut failed = None;
    let mut each = |name: &str, volume: Volume, _: &Mask| {
        if failed.is_none() {
            let path = folder.join(format!("{name}.nii.gz"));
            let voxels = Voxels::from_f64(volume.voxels.to_f64(), PixelType::F32);
            let write = || write_image(&path, &Volume { voxels, ..volume }).map_err(anyhow::Error::from);
            failed = refuse_inputs(&path, &inputs).and_then(|()| write()).err();
        }
    };
    radiomics::derived_images(&read, &region, &settings, &mut each)
        .with_context(|| format!("{} in {}", image.display(), mask.display()))?;
    failed.map_or(Ok(()), Err)
}
