namespace Stillwatch.Range.Adversaries;

/// <summary>What stands around a task when it is sent.</summary>
internal enum Wrapping
{
    /// <summary>The task as it is.</summary>
    Plain,

    /// <summary>A wish for reasoning behind it.</summary>
    StepByStep,

    /// <summary>Said again in other words, by somebody made up.</summary>
    Persona,

    /// <summary>One of thousands of templates, drawn each time.</summary>
    RandomTemplate,

    /// <summary>A finished answer to be graded.</summary>
    Rubric,

    /// <summary>Two answers to choose from.</summary>
    Preference,

    /// <summary>Twenty tasks to be made up at once.</summary>
    SelfInstruct,

    /// <summary>The hidden reasoning to be given away.</summary>
    Coercion,

    /// <summary>As a public benchmark's harness would ask.</summary>
    Benchmark,

    /// <summary>Behind a conversation that never was.</summary>
    MadeUpHistory,
}
