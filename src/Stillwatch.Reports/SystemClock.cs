namespace Stillwatch.Reports;

/// <summary>The one place where the system clock is named. Hosts take the <see cref="TimeProvider"/> from here and hand it on.</summary>
internal static class SystemClock
{
#pragma warning disable RS0030 // this is the place
    public static TimeProvider Instance => TimeProvider.System;
#pragma warning restore RS0030
}
