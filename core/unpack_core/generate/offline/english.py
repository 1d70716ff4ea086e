"""What the offline drafter looks for in English, the best first within each kind."""

from __future__ import annotations

from unpack_core.generate.offline.rule import names, rule

_W = r"[\w’'-]+"
_TAIL = rf"{_W}(?: {_W})?"
"""One or two words."""
_CLAUSE = rf"\A\W*(?P<quote>\w[\w’'-]*(?: {_W}){{2,6}})"
_NOT_A_TERM = (
    r"(?!(?:here|there|this|that|these|those|it|he|she|they|we|you|i|one|what|which|who|nothing|something|everything"
    r"|nobody|somebody|everybody|all|none|so|and|but|yet|for|or|if|when|where|why|how|as|then|now|not|such|its|his|her|to"
    r"|their|our|my|your|another|each|every|some|any|no)\b)"
)
_TERM = rf"(?:the |an? )?(?P<quote>{_NOT_A_TERM}[a-z][\w-]+(?: {_NOT_A_TERM}(?!is\b|are\b|was\b)[a-z][\w-]+)?)"
_TURN = r"(?<!\w )but|however|nevertheless|although|though|and yet|(?<!\w )yet"
"""Without a comma before it, “but” mostly corrects or excepts."""
_UNTURNED = r"(?![^.;:!?]*\b(?:nothing|anything|none|no one|nobody|not|neither)\b[^.;:!?]*\bbut\b)"
_NOUN = (
    r"(?!(?:sentence|moment|compliment|parliament|generation|instrument|government|station|document|apartment|attention|mention"
    r"|absence|audience|residence|entrance|distance|city|seldom|random|currency|agency|pharmacy)s?\b)"
    r"\w{3,}(?:tion|sion|ness|ity|ment|ism|ance|ence|ship|hood|dom|cy)s?"
)
_DATE = r"(?:January|February|March|April|May|June|July|August|September|October|November|December|\w+day)\b"

STEPS = "In order: {steps}."

RULES = (
    # --- definition: a copula, a dash, a word for calling
    rule(
        "definition",
        rf"(?:\A\W*|(?<=[,;:—] ))(?:(?:but|and|so|for|yet) )?{_TERM} (?:is|was|are|means) not"
        r" (?P<other>(?:an?|the) [^,.;:!?]+?),? but (?P<rest>[^,.;:!?—]+)",
        "here: {rest}, and not {other}",
    ),
    rule(
        "definition",
        rf"\A\W*(?:(?:but|and|so|for|yet) )?{_TERM} (?:is|means|was) (?:only |just |simply |nothing but )?"
        r"(?P<rest>(?:an?|the(?! same| only| first| last)|what|whatever|that which) [^,;:.!?—]+)",
        "here: {rest}",
        "in this paragraph it stands for {rest}",
    ),
    rule("definition", rf"by {_TERM} (?:we|i|one|they) means? (?P<rest>[^,;:.!?—]+)", "here: {rest}"),
    rule("definition", rf"{_TERM} — (?P<rest>(?:an?|the) [^,;:.!?—]+)", "here: {rest}"),
    rule(
        "definition",
        rf"(?:is|are|was|were|be) called (?P<quote>(?:an? |the )?{_W}(?: {_NOT_A_TERM}{_W})?)",
        "a name that is given in this paragraph; what it covers is what stands before it",
    ),
    # --- hidden assumption: words that presuppose
    rule(
        "assumption",
        r"(?P<quote>(?:knows?|knew|known|realis\w+|realiz\w+|noticed?|notices|forgets?|forgot|forgotten|regrets?"
        r"|discovers?|discovered|reveals?|revealed|(?<!not )(?<!be )(?:proves?|proved)|admits?|admitted|remembers?"
        r"|remembered) that)"
        r" (?P<rest>[^,;.!?:]+)",
        "That {rest} counts as a fact here, for the verb grants it.",
    ),
    rule(
        "assumption",
        rf"(?P<quote>(?:of course|naturally|obviously|surely|evidently|as everybody knows),? (?!but\b|and\b){_TAIL})",
        "This is taken as granted by every reader. Who would not grant it?",
        "What is called plain here is not shown: it has to hold before the text begins.",
    ),
    rule("assumption", rf"(?P<quote>no longer {_TAIL})", "It was so before, and the change is taken as known."),
    rule(
        "assumption",
        rf"(?P<quote>(?!(?:then|again|and|or)\b){_W} (?:again|once more))",
        "It has happened before, and before is not told.",
    ),
    rule("assumption", rf"(?P<quote>still {_TAIL})", "It was so already, and it might have been expected to be over."),
    rule(
        "assumption",
        r"(?P<quote>(?:stops?|stopped) \w+ing|(?:ceases?|ceased) to \w+)",
        "Until then it went on.",
        "It had been going on; only its end is news.",
    ),
    rule("assumption", r"(?P<quote>(?:begins?|began|starts?|started) to \w+)", "Before that it was not so."),
    rule(
        "assumption",
        rf"(?P<quote>even (?:an? |the )?{_TAIL})",
        "Of all cases this is the one in which it was least to be expected.",
    ),
    rule(
        "assumption",
        rf"(?P<quote>the only {_W}(?: {_W}){{0,3}}|only (?:an?|the|those|what|when|where|who) {_TAIL})",
        "Nothing else is thought to come into question.",
        "Whatever else might come into question has been ruled out already.",
    ),
    rule("assumption", rf"(?P<quote>managed? to {_W})", "It was tried, and it was not easy."),
    rule("assumption", rf"(?P<quote>fail(?:s|ed)? to {_W})", "It was owed, or at least attempted."),
    rule(
        "assumption",
        r"(?P<quote>why (?:is|are|do|does|did|was|were|should|must|has|have) [^.!?,;]+)",
        "That it is so is not asked; only the reason is.",
    ),
    rule("assumption", rf"(?P<quote>also {_TAIL})", "Something else of which the same holds has been granted before."),
    rule(
        "assumption",
        rf"(?P<quote>(?:more|less|better|worse|older|greater|harder|easier)(?: {_W})? than)",
        "Both can be measured by one measure, and that measure is agreed on.",
    ),
    rule(
        "assumption",
        rf"(?P<quote>(?:must|has to|have to|cannot|may not) {_TAIL})",
        "Something compels it or forbids it; what, is not said.",
        "There is a necessity behind this, and the reader is expected to know which.",
    ),
    rule(
        "assumption",
        rf"(?P<quote>the (?:{_W} )?{_NOUN} of {_TAIL})",
        "There is such a thing, just one of it, and the reader can tell which.",
        "It exists, and it is the same for whoever speaks of it.",
    ),
    # --- logical structure: connectives
    rule(
        "argument",
        r"(?P<quote>(?:because|since) [^.,;!?]+)",
        "A ground is given here; what joins it to the claim is left to the reader.",
        "Here the step from ground to claim is made in words: it can be checked.",
        role="a ground",
    ),
    rule(
        "argument",
        r"(?P<quote>(?:therefore|hence|thus|consequently|for this reason|that is why),? [^.,;!?]+)",
        "A conclusion is drawn: whoever denies it has to deny what stands before it.",
        "The conclusion. Is what stands before it enough, or does it lean on something unsaid?",
        role="a conclusion",
    ),
    rule(
        "argument",
        r"(?P<quote>(?:(?<!as )(?<!even )if(?! only\b)|unless) [^.,;!?]+)",
        "A condition: nothing is claimed of the case in which it does not hold.",
        "The claim is tied to a condition. Is the condition met anywhere in the paragraph?",
        role="a condition",
    ),
    rule(
        "argument",
        r"(?P<quote>(?:for example|for instance),? [^.,;!?]+)",
        "An illustration: it shows that the thing happens, not that it must.",
        role="an example",
    ),
    rule(
        "argument",
        r"(?P<quote>not [^.,;!?]{3,50}?,? but [^.,;!?]+)",
        "A correction: one answer is put aside so that another may take its place.",
        role="a correction",
    ),
    rule(
        "argument",
        rf"(?P<quote>(?:{_TURN}),? [^.,;!?]+)",
        "A turn: what was granted so far is limited from here on.",
        "The paragraph turns here; what it claims stands after this word rather than before it.",
        role="a turn",
    ),
    rule(
        "argument",
        _CLAUSE,
        "No connective joins these sentences. Which of them carries the others?",
        "Nothing says in words how the parts hang together: is this the claim, or what is given for it?",
        last=True,
    ),
    # --- open question
    rule(
        "question",
        r"(?P<quote>[^.!?;:—]+)\?",
        ("What would an answer have to look like?", "not answered here / answered later"),
        ("Is it asked in order to be answered?", "yes / it is an answer already"),
    ),
    rule(
        "question",
        rf"(?:\A\W*|(?<=[;:] )){_UNTURNED}(?P<quote>[^.;:!?]{{12,}}?),? (?P<word>{_TURN}) [^.;!?]+",
        ("Which side of “{word}” carries the weight?", "the first / the second"),
        ("Does what follows “{word}” take back what stands before it?", "limits it / takes it back"),
    ),
    rule(
        "question",
        rf"(?P<quote>{_NOUN} of (?:an? |the )?{_W})",
        ("Which, and who decides that?", "said here / left open"),
        ("Whose?", "everybody's / the speaker's / not said"),
        ("How much of it would be enough?", "a measure is given / none is"),
    ),
    rule(
        "question",
        rf"(?P<quote>{_NOUN})",
        ("Would the paragraph still hold if this meant something else?", "it would / it would not"),
        ("What may still be called so here, and what no longer?", "the text says / it is left open"),
    ),
    # --- contextual frame: years and names
    rule(
        "context",
        r"(?P<quote>1[0-9]{3}|20[0-9]{2})",
        "A year: what was taken for granted then that is not now?",
    ),
    rule(
        "context",
        r"(?P<quote>(?:the )?(?:\w+teenth|\w+tieth|first|twenty-first|1?[0-9]th|2[01](?:th|st)) century)",
        "A century is named: which of its worries does the paragraph share?",
    ),
    names(
        "context",
        rf"(?<=[a-z,;] )(?!{_DATE})(?P<quote>[A-Z][a-z’'-]{{2,}}(?: (?:of |de |von |van )?[A-Z][a-z’'-]+)*)",
        "A name. Is the reader expected to know it, and what comes along with it?",
        "What is this to the text: a witness, an authority, an example? Who would have named another?",
    ),
    # --- what only a person can fill in
    rule(
        "counterexample",
        rf"(?P<quote>(?P<word>all|every|always|never|nobody|everybody|everyone|no one) {_TAIL})",
        "To look for: one case in which “{word}” fails.",
        "A single exception to “{word}” would be enough here. Which?",
    ),
    rule(
        "counterexample",
        rf"\A\W*(?P<quote>(?:(?:the|an?) )?{_W} (?:is|means|are) (?:only |just )?(?:an?|the|what) {_TAIL})",
        "In which case (who, where, when) would this be false?",
        "What would have to be shown to somebody who believes this?",
    ),
    rule(
        "counterexample",
        _CLAUSE,
        "In which case (who, where, when) would this not hold?",
        "Who has seen it happen otherwise?",
        last=True,
    ),
    rule("paradox", r"(?P<quote>neither [^.;,]+ nor [^.;,]+)", "Both are refused. Is there a third?"),
    rule(
        "paradox",
        rf"(?P<quote>(?:cannot|must|never) {_TAIL}|only (?:an?|the|those|what|when|where|who) {_TAIL})",
        "What else does the paragraph need that this does not allow?",
        "Can the paragraph itself keep to this?",
    ),
    rule(
        "paradox",
        _CLAUSE,
        "Which two things does this need that cannot both hold?",
        "What has to be denied here for the rest to be true?",
        "If this is so, can everything else in the paragraph be so as well?",
        last=True,
    ),
    rule(
        "analogy",
        rf"(?P<quote>(?:like|as if|as though) (?:an?|the) {_TAIL})",
        "The text draws a likeness of its own here. Which relation is carried over, and where does it end?",
    ),
    rule(
        "analogy",
        _CLAUSE,
        "What stands to what here, and in which trade does the same relation hold between things one can touch?",
        "To what would a craftsman liken this, and where would the likeness end?",
        "Where else, far from here, does something happen in just this way?",
        last=True,
    ),
    rule(
        "meta",
        rf"(?P<quote>(?:perhaps|it may be|it seems|probably|no doubt|i think|i suppose) {_TAIL})",
        "How sure is the text of itself here, and what does it gain by showing it?",
    ),
    rule("meta", rf"(?P<quote>we {_TAIL})", "Who is meant by “we” here, and who is not?"),
    rule("meta", rf"(?P<quote>you {_TAIL})", "Who is spoken to here, and what is he expected to do?"),
    rule(
        "meta",
        _CLAUSE,
        "How does the text know this: by having seen it, by hearsay, by definition?",
        "What is the reader to do with this: agree, look for himself, remember?",
        "Whose voice says this, and could it have been said in any other?",
        last=True,
    ),
    rule(
        "implication",
        r"(?P<quote>if [^.;,:?]+), (?!and |but |or )(?P<rest>[^.;:!?]+)",
        "Whoever grants the first half has to grant the second: {rest}.",
    ),
)  # fmt: skip
