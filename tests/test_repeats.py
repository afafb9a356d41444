"""What an article says twice: whole sentences and lines, word for word, and nothing that only resembles."""

from __future__ import annotations

import pytest

from dedup import Article, scan


def repeated(text: str) -> list[str]:
    (report,) = scan([Article("x", text)])
    return [text[found.start : found.end] for found in report.findings if found.kind == "repeated"]


@pytest.mark.parametrize(
    "text",
    [
        "In Halden, the Greens won 39 percent of the vote, ahead of the Harbour List with 31.\n\n"
        "In Merrow, the Greens won 42 percent of the vote, ahead of the Harbour List with 27.",
        "Melt 50 grams of butter over low heat and stir in two spoons of flour until it is smooth.\n\n"
        "Melt 20 grams of butter over low heat and stir in one spoon of sugar until it is brown.",
        "Why did you go there? I went to the harbour to look for the pilot boat, as my brother had told me to.\n\n"
        "And your brother? He went to the harbour to look for the pilot boat, as my mother had told him to.",
        "The ferry will stop in June.\n\nHe added that the ferry will stop in June. Others say that too.",
        "Halden 1 0 2\n\n0 0 0\n\nMerrow 1 0 2\n\n0 0 0",
    ],
)
def test_what_only_resembles_is_not_said_again(text: str) -> None:
    assert repeated(text) == []


def test_a_headline_is_said_again_as_often_as_it_stands_there() -> None:
    head = "Night ferry stops"
    assert (
        repeated(f"{head}\n\nThe company gave no reason for it.\n\n{head}\n\nNobody asked.\n\n{head}")
        == [head] * 2
    )


def test_a_sentence_of_four_words_and_a_line_of_three_are_enough() -> None:
    line = "By our staff"
    text = f"Nobody asked the cook. He had gone.\n\n{line}\n\nIt rained. Nobody asked the cook.\n\n{line}"
    assert repeated(text) == ["Nobody asked the cook", "By our staff"]
    assert repeated("He came. It rained all of that long week. He came. They left.") == []


def test_of_a_longer_stretch_only_whole_sentences_count() -> None:
    text = (
        "The ferry will stop in June because too few use it. The crew will move to the night boat. Few were asked.\n\n"
        "He said: the ferry will stop in June because too few use it. The crew will move to the night boat. Few knew."
    )
    assert repeated(text) == ["The crew will move to the night boat"]


def test_sentences_that_follow_each_other_again_are_one_passage() -> None:
    said = "The crew will move to the night boat. Nobody else was asked about it."
    assert repeated(f"{said} Then it rained.\n\nHe laughed at them. {said}") == [said[:-1]]


def test_case_and_signs_are_folded() -> None:
    assert repeated("The crew will move on.\n\nIt rained.\n\n“THE CREW, will move on”") == [
        "THE CREW, will move on"
    ]


def test_a_line_of_a_stanza_is_said_again() -> None:
    line = "Oh the river runs to sea"
    song = f"{line}\nand the moon is on the hill\n{line}\nand my love is waiting still"
    assert repeated(f"They sang.\n\n{song}\n\nNobody left.") == [line]


def test_a_long_sentence_is_said_again_wherever_it_stood() -> None:
    pulled = "We shall never give up this harbour to anybody"
    assert repeated(f"The mayor said: {pulled}, and went.\n\n{pulled}\n\nIt rained.") == [pulled]
    assert repeated("The River List wins again, he said.\n\nRiver List wins\n\nIt rained.") == []


def test_one_word_many_times_is_one_sentence() -> None:
    assert repeated("na " * 5000) == []
