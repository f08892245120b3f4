//! The literature behind a methods section: whom a paper cites for what was done, and the same as BibTeX.

/// A source, and the words of a methods text that call for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reference {
    /// Its key in BibTeX.
    pub key: &'static str,
    authors: &'static str,
    title: &'static str,
    journal: &'static str,
    year: u16,
    volume: &'static str,
    pages: &'static str,
    doi: &'static str,
    /// Any of these words in the text, in small letters.
    words: &'static [&'static str],
}

/// In the order of their first authors.
const ALL: [Reference; 27] = [
    Reference {
        key: "aalen1978",
        authors: "Aalen, Odd O. and Johansen, Søren",
        title: "An empirical transition matrix for non-homogeneous Markov chains based on censored observations",
        journal: "Scandinavian Journal of Statistics",
        year: 1978,
        volume: "5",
        pages: "141--150",
        doi: "",
        words: &["aalen and johansen"],
    },
    Reference {
        key: "austin2020",
        authors: "Austin, Peter C. and Harrell, Frank E. and van Klaveren, David",
        title: "Graphical calibration curves and the integrated calibration index (ICI) for survival models",
        journal: "Statistics in Medicine",
        year: 2020,
        volume: "39",
        pages: "2714--2742",
        doi: "10.1002/sim.8570",
        words: &["integrated calibration", "ici"],
    },
    Reference {
        key: "barnard1999",
        authors: "Barnard, John and Rubin, Donald B.",
        title: "Small-sample degrees of freedom with multiple imputation",
        journal: "Biometrika",
        year: 1999,
        volume: "86",
        pages: "948--955",
        doi: "10.1093/biomet/86.4.948",
        words: &["rubin's rules"],
    },
    Reference {
        key: "benjamini1995",
        authors: "Benjamini, Yoav and Hochberg, Yosef",
        title: "Controlling the false discovery rate: a practical and powerful approach to multiple testing",
        journal: "Journal of the Royal Statistical Society: Series B",
        year: 1995,
        volume: "57",
        pages: "289--300",
        doi: "10.1111/j.2517-6161.1995.tb02031.x",
        words: &["benjamini and hochberg"],
    },
    Reference {
        key: "blanche2013",
        authors: "Blanche, Paul and Dartigues, Jean-François and Jacqmin-Gadda, Hélène",
        title: "Estimating and comparing time-dependent areas under receiver operating characteristic curves for censored \
                event times with competing risks",
        journal: "Statistics in Medicine",
        year: 2013,
        volume: "32",
        pages: "5381--5397",
        doi: "10.1002/sim.5958",
        words: &["time-dependent", "inverse probability of censoring"],
    },
    Reference {
        key: "cox1972",
        authors: "Cox, D. R.",
        title: "Regression models and life-tables",
        journal: "Journal of the Royal Statistical Society: Series B",
        year: 1972,
        volume: "34",
        pages: "187--220",
        doi: "10.1111/j.2517-6161.1972.tb00899.x",
        words: &["cox regression", "cox model", "proportional hazards"],
    },
    Reference {
        key: "efron1977",
        authors: "Efron, Bradley",
        title: "The efficiency of Cox's likelihood function for censored data",
        journal: "Journal of the American Statistical Association",
        year: 1977,
        volume: "72",
        pages: "557--565",
        doi: "10.1080/01621459.1977.10480613",
        words: &["efron"],
    },
    Reference {
        key: "fine1999",
        authors: "Fine, Jason P. and Gray, Robert J.",
        title: "A proportional hazards model for the subdistribution of a competing risk",
        journal: "Journal of the American Statistical Association",
        year: 1999,
        volume: "94",
        pages: "496--509",
        doi: "10.1080/01621459.1999.10474144",
        words: &["fine and gray", "subdistribution"],
    },
    Reference {
        key: "graf1999",
        authors: "Graf, Erika and Schmoor, Claudia and Sauerbrei, Willi and Schumacher, Martin",
        title: "Assessment and comparison of prognostic classification schemes for survival data",
        journal: "Statistics in Medicine",
        year: 1999,
        volume: "18",
        pages: "2529--2545",
        doi: "10.1002/(SICI)1097-0258(19990915/30)18:17/18<2529::AID-SIM274>3.0.CO;2-5",
        words: &["brier"],
    },
    Reference {
        key: "grambsch1994",
        authors: "Grambsch, Patricia M. and Therneau, Terry M.",
        title: "Proportional hazards tests and diagnostics based on weighted residuals",
        journal: "Biometrika",
        year: 1994,
        volume: "81",
        pages: "515--526",
        doi: "10.1093/biomet/81.3.515",
        words: &["proportional hazards were tested", "schoenfeld"],
    },
    Reference {
        key: "gray1988",
        authors: "Gray, Robert J.",
        title: "A class of K-sample tests for comparing the cumulative incidence of a competing risk",
        journal: "The Annals of Statistics",
        year: 1988,
        volume: "16",
        pages: "1141--1154",
        doi: "10.1214/aos/1176350951",
        words: &["gray's test"],
    },
    Reference {
        key: "harrell1996",
        authors: "Harrell, Frank E. and Lee, Kerry L. and Mark, Daniel B.",
        title: "Multivariable prognostic models: issues in developing models, evaluating assumptions and adequacy, and \
                measuring and reducing errors",
        journal: "Statistics in Medicine",
        year: 1996,
        volume: "15",
        pages: "361--387",
        doi: "10.1002/(SICI)1097-0258(19960229)15:4<361::AID-SIM168>3.0.CO;2-4",
        words: &["harrell", "optimism"],
    },
    Reference {
        key: "kaplan1958",
        authors: "Kaplan, E. L. and Meier, Paul",
        title: "Nonparametric estimation from incomplete observations",
        journal: "Journal of the American Statistical Association",
        year: 1958,
        volume: "53",
        pages: "457--481",
        doi: "10.1080/01621459.1958.10501452",
        words: &["kaplan-meier"],
    },
    Reference {
        key: "lausen1992",
        authors: "Lausen, Berthold and Schumacher, Martin",
        title: "Maximally selected rank statistics",
        journal: "Biometrics",
        year: 1992,
        volume: "48",
        pages: "73--85",
        doi: "10.2307/2532740",
        words: &["cut-off", "maximally selected"],
    },
    Reference {
        key: "mantel1966",
        authors: "Mantel, Nathan",
        title: "Evaluation of survival data and two new rank order statistics arising in its consideration",
        journal: "Cancer Chemotherapy Reports",
        year: 1966,
        volume: "50",
        pages: "163--170",
        doi: "",
        words: &["log-rank"],
    },
    Reference {
        key: "meinshausen2010",
        authors: "Meinshausen, Nicolai and Bühlmann, Peter",
        title: "Stability selection",
        journal: "Journal of the Royal Statistical Society: Series B",
        year: 2010,
        volume: "72",
        pages: "417--473",
        doi: "10.1111/j.1467-9868.2010.00740.x",
        words: &["stability"],
    },
    Reference {
        key: "pencina2011",
        authors: "Pencina, Michael J. and D'Agostino, Ralph B. and Steyerberg, Ewout W.",
        title: "Extensions of net reclassification improvement calculations to measure usefulness of new biomarkers",
        journal: "Statistics in Medicine",
        year: 2011,
        volume: "30",
        pages: "11--21",
        doi: "10.1002/sim.4085",
        words: &["reclassification"],
    },
    Reference {
        key: "peto1972",
        authors: "Peto, Richard and Peto, Julian",
        title: "Asymptotically efficient rank invariant test procedures",
        journal: "Journal of the Royal Statistical Society: Series A",
        year: 1972,
        volume: "135",
        pages: "185--207",
        doi: "10.2307/2344317",
        words: &["peto and peto"],
    },
    Reference {
        key: "shah2013",
        authors: "Shah, Rajen D. and Samworth, Richard J.",
        title: "Variable selection with error control: another look at stability selection",
        journal: "Journal of the Royal Statistical Society: Series B",
        year: 2013,
        volume: "75",
        pages: "55--80",
        doi: "10.1111/j.1467-9868.2011.01034.x",
        words: &["shah and samworth"],
    },
    Reference {
        key: "shrout1979",
        authors: "Shrout, Patrick E. and Fleiss, Joseph L.",
        title: "Intraclass correlations: uses in assessing rater reliability",
        journal: "Psychological Bulletin",
        year: 1979,
        volume: "86",
        pages: "420--428",
        doi: "10.1037/0033-2909.86.2.420",
        words: &["intraclass", "icc"],
    },
    Reference {
        key: "simon2011",
        authors: "Simon, Noah and Friedman, Jerome and Hastie, Trevor and Tibshirani, Rob",
        title: "Regularization paths for Cox's proportional hazards model via coordinate descent",
        journal: "Journal of Statistical Software",
        year: 2011,
        volume: "39",
        pages: "1--13",
        doi: "10.18637/jss.v039.i05",
        words: &["lasso", "elastic net"],
    },
    Reference {
        key: "tibshirani1997",
        authors: "Tibshirani, Robert",
        title: "The lasso method for variable selection in the Cox model",
        journal: "Statistics in Medicine",
        year: 1997,
        volume: "16",
        pages: "385--395",
        doi: "10.1002/(SICI)1097-0258(19970228)16:4<385::AID-SIM380>3.0.CO;2-3",
        words: &["lasso"],
    },
    Reference {
        key: "uno2011",
        authors: "Uno, Hajime and Cai, Tianxi and Pencina, Michael J. and D'Agostino, Ralph B. and Wei, L. J.",
        title: "On the C-statistics for evaluating overall adequacy of risk prediction procedures with censored survival data",
        journal: "Statistics in Medicine",
        year: 2011,
        volume: "30",
        pages: "1105--1117",
        doi: "10.1002/sim.4154",
        words: &["uno's"],
    },
    Reference {
        key: "vanbuuren2011",
        authors: "van Buuren, Stef and Groothuis-Oudshoorn, Karin",
        title: "mice: multivariate imputation by chained equations in R",
        journal: "Journal of Statistical Software",
        year: 2011,
        volume: "45",
        pages: "1--67",
        doi: "10.18637/jss.v045.i03",
        words: &["chained equations"],
    },
    Reference {
        key: "vangriethuysen2017",
        authors: "van Griethuysen, Joost J. M. and Fedorov, Andriy and Parmar, Chintan and Hosny, Ahmed and Aucoin, Nicole and \
                  Narayan, Vivek and Beets-Tan, Regina G. H. and Fillion-Robin, Jean-Christophe and Pieper, Steve and Aerts, \
                  Hugo J. W. L.",
        title: "Computational radiomics system to decode the radiographic phenotype",
        journal: "Cancer Research",
        year: 2017,
        volume: "77",
        pages: "e104--e107",
        doi: "10.1158/0008-5472.CAN-17-0339",
        words: &["pyradiomics"],
    },
    Reference {
        key: "vickers2006",
        authors: "Vickers, Andrew J. and Elkin, Elena B.",
        title: "Decision curve analysis: a novel method for evaluating prediction models",
        journal: "Medical Decision Making",
        year: 2006,
        volume: "26",
        pages: "565--574",
        doi: "10.1177/0272989X06295361",
        words: &["decision curve", "net benefit"],
    },
    Reference {
        key: "white2009",
        authors: "White, Ian R. and Royston, Patrick",
        title: "Imputing missing covariate values for the Cox model",
        journal: "Statistics in Medicine",
        year: 2009,
        volume: "28",
        pages: "1982--1998",
        doi: "10.1002/sim.3618",
        words: &["nelson-aalen"],
    },
];

/// Those that a methods text calls for.
pub fn of(methods: &[&str]) -> Vec<&'static Reference> {
    let text = methods.join(" ").to_lowercase();
    ALL.iter().filter(|reference| reference.words.iter().any(|word| has_word(&text, word))).collect()
}

/// Whether `word` stands in `text` by itself: `ici` is not in `sufficient`.
fn has_word(text: &str, word: &str) -> bool {
    let is_letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    text.match_indices(word)
        .any(|(at, _)| !is_letter(text[..at].chars().next_back()) && !is_letter(text[at + word.len()..].chars().next()))
}

impl Reference {
    /// `Cox DR. Regression models and life-tables. Journal of the Royal Statistical Society: Series B 1972;34:187-220.`
    pub fn line(&self) -> String {
        let doi = if self.doi.is_empty() { String::new() } else { format!(" doi:{}", self.doi) };
        let authors: Vec<String> = self.authors.split(" and ").map(cited).collect();
        let (authors, title, pages) = (authors.join(", "), self.title, self.pages.replace("--", "-"));
        format!("{authors}. {title}. {} {};{}:{pages}.{doi}", self.journal, self.year, self.volume)
    }

    /// The entry in BibTeX.
    pub fn bibtex(&self) -> String {
        let field = |name: &str, value: &str| match value {
            "" => String::new(),
            value => format!("  {name} = {{{value}}},\n"),
        };
        format!(
            "@article{{{},\n{}{}{}{}{}{}{}}}\n",
            self.key,
            field("author", self.authors),
            field("title", &format!("{{{}}}", self.title)),
            field("journal", self.journal),
            field("year", &self.year.to_string()),
            field("volume", self.volume),
            field("pages", self.pages),
            field("doi", self.doi),
        )
    }
}

/// `Kaplan, E. L.` as `Kaplan EL`.
fn cited(author: &str) -> String {
    let (family, given) = author.split_once(", ").unwrap_or((author, ""));
    let initials: String =
        given.split([' ', '-']).filter_map(|name| name.chars().next()).filter(|c| c.is_alphabetic()).collect();
    format!("{family} {initials}").trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_methods_text_calls_for_its_sources() {
        let text =
            ["Survival was estimated by the Kaplan-Meier method and compared by the log-rank test.", "A sufficient n."];
        let keys: Vec<&str> = of(&text).iter().map(|reference| reference.key).collect();
        assert_eq!(keys, ["kaplan1958", "mantel1966"]);
    }

    #[test]
    fn keys_are_different_and_entries_whole() {
        let mut keys: Vec<&str> = ALL.iter().map(|reference| reference.key).collect();
        keys.dedup();
        assert_eq!(keys.len(), ALL.len());
        assert!(keys.is_sorted());
        let kaplan = of(&["Kaplan-Meier"])[0];
        assert!(kaplan.line().starts_with("Kaplan EL, Meier P. Nonparametric"), "{}", kaplan.line());
        assert!(kaplan.bibtex().contains("  pages = {457--481},\n"), "{}", kaplan.bibtex());
    }
}
