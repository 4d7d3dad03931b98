namespace Stillwatch.Engine.Journal;

/// <summary>What kinds of frames have in common.</summary>
internal static class FrameKinds
{
    /// <summary>Whether it stands between an exchange's beginning and its end, and names the position of the frame before.</summary>
    public static bool IsBetween(this FrameKind kind) => kind is FrameKind.Part or FrameKind.Received or FrameKind.Forwarded;
}
