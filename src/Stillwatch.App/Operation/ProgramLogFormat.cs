namespace Stillwatch.App.Operation;

/// <summary>How the program says what happens to it.</summary>
internal enum ProgramLogFormat
{
    /// <summary>A line for a person.</summary>
    Text,

    /// <summary>A JSON object a line.</summary>
    Json,
}
