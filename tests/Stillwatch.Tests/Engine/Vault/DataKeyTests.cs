using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Stillwatch.Engine.Vault;
using Xunit;

namespace Stillwatch.Tests.Engine.Vault;

/// <summary>
/// What is sealed opens with the same key and context alone, no nonce is used twice, and a wiped key seals nothing more, whoever uses it
/// meanwhile.
/// </summary>
public sealed class DataKeyTests
{
    private static readonly byte[] Bytes = Enumerable.Range(0, 32).Select(i => (byte)i).ToArray();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(100_000)]
    public void Open_WhenNothingWasChanged_ThenItIsTheTextAgain(int length)
    {
        using var key = new DataKey(5, Bytes);
        var text = Enumerable.Range(0, length).Select(i => (byte)i).ToArray();
        var sealedText = Seal(key, text, "context");
        Assert.Equal((length + DataKey.Overhead, length), (sealedText.Length, DataKey.TextLength(sealedText)));
        Assert.Equal(text, key.Open(sealedText, "context"u8));
        using var again = new DataKey(6, Bytes); // its number is no part of the key
        Assert.Equal(text, again.Open(sealedText, "context"u8));
    }

    [Fact]
    public void Open_WhenAnyByteOrTheContextOrTheKeyIsAnother_ThenItDoesNotOpen()
    {
        using var key = new DataKey(5, Bytes);
        var sealedText = Seal(key, "some text"u8.ToArray(), "context");
        for (var at = 0; at < sealedText.Length; at++)
        {
            var changed = sealedText.ToArray();
            changed[at] ^= 1;
            Assert.ThrowsAny<CryptographicException>(() => key.Open(changed, "context"u8));
        }

        Assert.ThrowsAny<CryptographicException>(() => key.Open(sealedText, "contexT"u8));
        Assert.ThrowsAny<CryptographicException>(() => key.Open(sealedText, []));
        Assert.ThrowsAny<CryptographicException>(() => key.Open(sealedText.AsSpan(0, sealedText.Length - 1), "context"u8));
        using var other = new DataKey(5, new byte[32]);
        Assert.ThrowsAny<CryptographicException>(() => other.Open(sealedText, "context"u8));
    }

    [Fact]
    public void TextLength_WhenItIsTooShortToBeSealed_ThenItSaysSo()
    {
        Assert.Equal(0, DataKey.TextLength(new byte[DataKey.Overhead]));
        Assert.Equal(
            "a sealed value is too short",
            Assert.Throws<CryptographicException>(() => DataKey.TextLength(new byte[DataKey.Overhead - 1])).Message
        );
    }

    [Fact]
    public void Seal_WhenManyThreadsSealAtOnce_ThenNoNonceIsUsedTwiceAndAllOpens()
    {
        using var key = new DataKey(5, Bytes);
        var nonces = new ConcurrentDictionary<string, bool>();
        Parallel.For(0, 20_000, i =>
        {
            var sealedText = Seal(key, BitConverter.GetBytes(i), "c");
            Assert.True(nonces.TryAdd(Convert.ToHexString(sealedText.AsSpan(0, 12)), true), "a nonce was used twice");
            Assert.Equal(i, BitConverter.ToInt32(key.Open(sealedText, "c"u8)));
        });
        // the same key in another process: its count begins anew, and must not meet the first one's
        using var again = new DataKey(5, Bytes);
        Assert.True(nonces.TryAdd(Convert.ToHexString(Seal(again, [1], "c").AsSpan(0, 12)), true));
    }

    [Fact]
    public async Task Dispose_WhileOthersSeal_ThenWhatWasSealedIsNeverUnderTheWipedKey()
    {
        using var zeros = new DataKey(5, new byte[32]);
        for (var round = 0; round < 50; round++)
        {
            var key = new DataKey(5, Bytes);
            using var all = new Barrier(4);
            var sealedTexts = new ConcurrentBag<byte[]>();
            var sealing = Enumerable
                .Range(0, 3)
                .Select(_ =>
                    Task.Factory.StartNew(
                        () =>
                        {
                            all.SignalAndWait();
                            try
                            {
                                for (var i = 0; i < 100_000; i++)
                                {
                                    sealedTexts.Add(Seal(key, "text"u8.ToArray(), "c"));
                                }
                            }
                            catch (ObjectDisposedException)
                            {
                                // It was destroyed, and says so.
                            }
                        },
                        TestContext.Current.CancellationToken,
                        TaskCreationOptions.LongRunning,
                        TaskScheduler.Default
                    )
                )
                .ToList();
            all.SignalAndWait(TestContext.Current.CancellationToken);
            key.Dispose();
            await Task.WhenAll(sealing);
            using var same = new DataKey(5, Bytes);
            Assert.All(sealedTexts, one => Assert.Equal("text"u8, same.Open(one, "c"u8)));
            Assert.True(key.IsDestroyed);
            Assert.Throws<ObjectDisposedException>(() => Seal(key, [1], "c"));
            Assert.Throws<ObjectDisposedException>(() => key.Open(Seal(zeros, [1], "c"), "c"u8));
            key.Dispose(); // once more changes nothing
        }
    }

    private static byte[] Seal(DataKey key, byte[] text, string context)
    {
        var sealedText = new byte[text.Length + DataKey.Overhead];
        key.Seal(text, Encoding.UTF8.GetBytes(context), sealedText);
        return sealedText;
    }
}
