namespace Stillwatch.Features;

/// <summary>Phrases of prompts that are about program code, or have some in them. For telling what was taken; nothing is weighed by them.</summary>
internal static class CodePhrases
{
    /// <summary>All of them.</summary>
    public static IEnumerable<(string Phrase, bool IsCode)> All => Phrases.Select(phrase => (phrase, true));

    private static readonly string[] Phrases =
    [
        "in python", "python code", "python function", "python script", "python program", "a function that", "function to", "in javascript", "javascript function", "in java", "java program", "in c++", "in rust", "in go",
        "sql query", "an sql", "a sql", "select * from", "regular expression", "source code", "code snippet", "the following code", "this code", "the code", "write code", "write a program", "write a script", "unit test", "unit tests",
        "time complexity", "public static", "def main", "import numpy", "import pandas", "return self", "console log", "html code", "css code", "bash script", "shell script", "stack trace", "compile error", "data structure", "an algorithm", "the algorithm",
        "api call", "http request", "json object", "for loop", "while loop", "if name", "void main", "int main", "编写代码", "的函数", "写一个程序", "fonction python", "función en", "funktion in", "programm schreiben", "функцию на",
    ];
}
