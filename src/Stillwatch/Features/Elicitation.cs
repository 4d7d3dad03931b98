namespace Stillwatch.Features;

/// <summary>Kinds of elicitation: ways to ask that serve a training set more than a reader. Numbers never change meaning.</summary>
[Flags]
public enum Elicitation : byte
{
    /// <summary>None seen.</summary>
    None = 0,

    /// <summary>Reasoning asked for before the answer ("step by step").</summary>
    Reasoning = 1,

    /// <summary>Reasoning asked for behind a finished answer ("explain how this answer was reached").</summary>
    PostHocReasoning = 2,

    /// <summary>A judgement against a rubric, or a score (the model as reward model).</summary>
    Rubric = 4,

    /// <summary>A choice between two answers.</summary>
    Preference = 8,

    /// <summary>Tasks, instructions or questions to be made up in number.</summary>
    SelfInstruct = 16,

    /// <summary>A refused or censored answer to be written anew.</summary>
    RefusalRewrite = 32,

    /// <summary>A whole course of tool calls to be written out.</summary>
    ToolTrajectory = 64,

    /// <summary>The hidden reasoning or the system prompt to be given away.</summary>
    TraceCoercion = 128,
}
