namespace Stillwatch.Range.House.Training;

/// <summary>What a model is taught at a time: a whole conversation.</summary>
/// <param name="Tokens">Its tokens.</param>
/// <param name="Taught">The first token that is taught; those before it are only read.</param>
/// <param name="Likely">By token from <paramref name="Taught"/> on, what the teacher held likely there; null where only its answer is
/// known.</param>
internal readonly record struct Document(
    IReadOnlyList<int> Tokens,
    int Taught,
    IReadOnlyList<(int Token, float LogProbability)[]>? Likely = null
);
